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
  kubernetes = { oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.example/id/ABC" }
}

run "buckets" {
  command = plan

  assert {
    condition     = { for content, bucket in aws_s3_bucket.this : content => bucket.bucket } == { data = "smart-logistics-data", models = "mlflow-model-registry" }
    error_message = "The buckets have the predecessor's names by default."
  }

  assert {
    condition     = alltrue([for versioning in aws_s3_bucket_versioning.this : versioning.versioning_configuration[0].status == "Enabled"]) && length(aws_s3_bucket_versioning.this) == 2
    error_message = "Both buckets keep versions."
  }

  assert {
    condition = length(aws_s3_bucket_server_side_encryption_configuration.this) == 2 && alltrue([
      for encryption in aws_s3_bucket_server_side_encryption_configuration.this : alltrue([
        for rule in encryption.rule : rule.apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"
      ])
    ])
    error_message = "Both buckets are encrypted."
  }

  assert {
    condition     = length(aws_s3_bucket_public_access_block.this) == 2 && alltrue([for block in aws_s3_bucket_public_access_block.this : block.block_public_acls && block.ignore_public_acls])
    error_message = "Both buckets refuse public ACLs."
  }

  assert {
    condition     = alltrue([for block in aws_s3_bucket_public_access_block.this : block.block_public_policy && block.restrict_public_buckets])
    error_message = "Both buckets refuse public policies."
  }

  assert {
    condition     = alltrue([for controls in aws_s3_bucket_ownership_controls.this : controls.rule[0].object_ownership == "BucketOwnerEnforced"])
    error_message = "The owner of the bucket owns every object; ACLs are off."
  }

  assert {
    condition = length(aws_s3_bucket_policy.tls_only) == 2 && alltrue([
      for bucket, policy in data.aws_iam_policy_document.tls_only :
      jsondecode(policy.json).Statement[0].Effect == "Deny"
      && jsondecode(policy.json).Statement[0].Principal == "*"
      && jsondecode(policy.json).Statement[0].Condition.Bool["aws:SecureTransport"] == "false"
    ])
    error_message = "Both buckets refuse requests without TLS."
  }

  assert {
    condition     = toset(jsondecode(data.aws_iam_policy_document.tls_only["data"].json).Statement[0].Resource) == toset(["arn:aws:s3:::smart-logistics-data", "arn:aws:s3:::smart-logistics-data/*"])
    error_message = "The rule covers the bucket and its objects."
  }

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.this) == 0
    error_message = "Without noncurrent_days there are no lifecycle rules."
  }
}

run "lifecycle_rules_and_http" {
  command = plan

  variables {
    noncurrent_days = 90
    require_tls     = false
  }

  assert {
    condition = length(aws_s3_bucket_lifecycle_configuration.this) == 2 && alltrue([
      for lifecycle in aws_s3_bucket_lifecycle_configuration.this : lifecycle.rule[0].noncurrent_version_expiration[0].noncurrent_days == 90
    ])
    error_message = "Earlier versions are deleted after the days of the variable."
  }

  assert {
    condition = alltrue(flatten([
      for lifecycle in aws_s3_bucket_lifecycle_configuration.this : [
        for rule in lifecycle.rule : [for expiration in rule.expiration : expiration.days == null || expiration.days == 0]
      ]
    ]))
    error_message = "No rule deletes current objects."
  }

  assert {
    condition     = alltrue([for lifecycle in aws_s3_bucket_lifecycle_configuration.this : lifecycle.rule[1].abort_incomplete_multipart_upload[0].days_after_initiation == 2])
    error_message = "Incomplete uploads are aborted after two days."
  }

  assert {
    condition     = length(aws_s3_bucket_policy.tls_only) == 0
    error_message = "require_tls = false leaves the bucket policies out."
  }
}
