# Plans of the module without a server: nothing is created, no account is needed.

provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  trusted_arns = {
    serving       = ["arn:aws:iam::111122223333:role/api"]
    training      = ["arn:aws:iam::111122223333:role/airflow"]
    monitoring    = ["arn:aws:iam::111122223333:role/airflow"]
    recalibration = ["arn:aws:iam::111122223333:role/airflow"]
    tracking      = ["arn:aws:iam::111122223333:role/mlflow"]
  }
}

run "policies" {
  command = plan

  assert {
    condition     = length(aws_iam_policy.service) == 5 && length(aws_iam_role.service) == 5 && length(aws_iam_role_policy_attachment.service) == 5
    error_message = "Each of the five services has one policy, one role and one attachment."
  }

  assert {
    condition = alltrue(flatten([
      for policy in aws_iam_policy.service : [
        for statement in jsondecode(policy.policy).Statement : alltrue([
          for action in flatten([statement.Action]) : !strcontains(action, "*")
        ])
      ]
    ]))
    error_message = "A policy names each action; none has a wildcard."
  }

  assert {
    condition = alltrue(flatten([
      for policy in aws_iam_policy.service : [
        for statement in jsondecode(policy.policy).Statement : [
          for resource in flatten([statement.Resource]) : startswith(resource, "arn:aws:s3:::")
        ]
      ]
    ]))
    error_message = "A policy names buckets; none has the resource *."
  }

  assert {
    condition     = alltrue([for policy in aws_iam_policy.service : !strcontains(policy.policy, "s3:DeleteObjectVersion")])
    error_message = "No service may delete earlier versions of objects."
  }

  assert {
    condition = toset(flatten([
      for statement in jsondecode(aws_iam_policy.service["serving"].policy).Statement : statement.Action
    ])) == toset(["s3:GetObject", "s3:ListBucket"])
    error_message = "Serving reads, and does nothing else."
  }

  assert {
    condition = toset(flatten([
      for statement in jsondecode(aws_iam_policy.service["serving"].policy).Statement : statement.Resource
      ])) == toset([
      "arn:aws:s3:::mlflow-model-registry", "arn:aws:s3:::mlflow-model-registry/*",
      "arn:aws:s3:::smart-logistics-data", "arn:aws:s3:::smart-logistics-data/delay/bundles/*",
    ])
    error_message = "Serving reads the bucket of models, and of the other bucket the bundles alone."
  }

  assert {
    condition = toset(flatten([
      for statement in jsondecode(aws_iam_policy.service["monitoring"].policy).Statement : statement.Action
    ])) == toset(["s3:GetObject", "s3:ListBucket"])
    error_message = "Monitoring reads, and does nothing else."
  }

  assert {
    condition = toset(flatten([
      for statement in jsondecode(aws_iam_policy.service["monitoring"].policy).Statement : statement.Resource
    ])) == toset(["arn:aws:s3:::smart-logistics-data", "arn:aws:s3:::smart-logistics-data/*"])
    error_message = "Monitoring reads the bucket of data only."
  }

  assert {
    condition = alltrue([
      for bucket in ["smart-logistics-data", "mlflow-model-registry"] : anytrue([
        for statement in jsondecode(aws_iam_policy.service["training"].policy).Statement :
        contains(flatten([statement.Action]), "s3:PutObject") && contains(flatten([statement.Resource]), "arn:aws:s3:::${bucket}/*")
      ])
    ])
    error_message = "Training writes both buckets."
  }

  assert {
    condition = toset(flatten([
      for statement in jsondecode(aws_iam_policy.service["recalibration"].policy).Statement : statement.Resource
      if statement.Sid == "ReadObjects"
    ])) == toset(["arn:aws:s3:::mlflow-model-registry/*", "arn:aws:s3:::smart-logistics-data/delay/bundles/*"])
    error_message = "Recalibration reads the models, and of the bucket of data the bundles alone."
  }

  assert {
    condition = toset(flatten([
      for statement in jsondecode(aws_iam_policy.service["recalibration"].policy).Statement : statement.Resource
      if statement.Sid == "WriteObjects"
      ])) == toset([
      "arn:aws:s3:::mlflow-model-registry/*", "arn:aws:s3:::smart-logistics-data/delay/bundles/*",
      "arn:aws:s3:::smart-logistics-data/delay/.unfinished/*/bundles/*",
    ])
    error_message = "Recalibration writes the models, and of the bucket of data the bundles and their markers alone."
  }

  assert {
    condition     = !strcontains(aws_iam_policy.service["tracking"].policy, "smart-logistics-data")
    error_message = "The tracking server has no right on the bucket of data."
  }

  assert {
    condition = alltrue([
      for policy in aws_iam_policy.service : alltrue([
        for statement in jsondecode(policy.policy).Statement : statement.Effect == "Allow"
      ])
    ])
    error_message = "A policy allows; what it does not allow is refused."
  }

  assert {
    condition     = alltrue([for policy in aws_iam_policy.service : !strcontains(policy.policy, "kms:")])
    error_message = "Without a KMS key, no policy has rights on one."
  }

  assert {
    condition     = jsondecode(aws_iam_role.service["serving"].assume_role_policy).Statement[0].Principal.AWS == "arn:aws:iam::111122223333:role/api"
    error_message = "Only the named identity may assume the role of serving."
  }

  assert {
    condition     = alltrue([for role in aws_iam_role.service : length(jsondecode(role.assume_role_policy).Statement) == 1])
    error_message = "A role has one statement of trust, without a cluster."
  }
}

run "policies_with_a_key" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/example"
  }

  assert {
    condition = alltrue([
      for service in ["training", "recalibration", "tracking"] : strcontains(aws_iam_policy.service[service].policy, "kms:GenerateDataKey")
    ])
    error_message = "A service that writes may encrypt with the key."
  }

  assert {
    condition = alltrue([
      for service in ["serving", "monitoring"] : strcontains(aws_iam_policy.service[service].policy, "kms:Decrypt")
      && !strcontains(aws_iam_policy.service[service].policy, "kms:GenerateDataKey")
    ])
    error_message = "A service that reads may decrypt with the key, and not encrypt."
  }

  assert {
    condition = alltrue([
      for encryption in aws_s3_bucket_server_side_encryption_configuration.this : alltrue([
        for rule in encryption.rule : rule.apply_server_side_encryption_by_default[0].sse_algorithm == "aws:kms" && rule.bucket_key_enabled
      ])
    ])
    error_message = "Both buckets are encrypted with the key."
  }
}

run "trust_of_a_cluster" {
  command = plan

  variables {
    trusted_arns = {}
    kubernetes   = { oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.example/id/ABC" }
  }

  assert {
    condition = alltrue([
      for service, role in aws_iam_role.service :
      jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["oidc.eks.example/id/ABC:sub"] == "system:serviceaccount:delay:${service}"
    ])
    error_message = "The role of a service is assumed by its own service account only."
  }

  assert {
    condition = alltrue([
      for role in aws_iam_role.service :
      jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["oidc.eks.example/id/ABC:aud"] == "sts.amazonaws.com"
    ])
    error_message = "Only tokens for STS are accepted."
  }
}
