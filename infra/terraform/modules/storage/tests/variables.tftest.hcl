# What the module refuses, before anything is planned.

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
    serving       = ["arn:aws:iam::111122223333:root"]
    training      = ["arn:aws:iam::111122223333:root"]
    monitoring    = ["arn:aws:iam::111122223333:root"]
    recalibration = ["arn:aws:iam::111122223333:root"]
    tracking      = ["arn:aws:iam::111122223333:root"]
  }
}

# Each of these values breaks the rule of its variable.
run "variables" {
  command = plan

  variables {
    data_bucket     = "Smart-Logistics"
    data_prefix     = "delay/"
    name_prefix     = "delay core"
    kms_key_arn     = "arn:aws:kms:eu-central-1:111122223333:alias/delay"
    noncurrent_days = 0.5
    trusted_arns    = { ui = ["*"] }
    kubernetes      = { oidc_provider_arn = "https://oidc.eks.example/id/ABC" }
  }

  expect_failures = [
    var.data_bucket, var.data_prefix, var.name_prefix, var.kms_key_arn, var.noncurrent_days, var.trusted_arns,
    var.kubernetes,
  ]
}

run "one_bucket_for_both" {
  command = plan

  variables {
    models_bucket = "smart-logistics-data"
  }

  expect_failures = [var.models_bucket]
}

run "role_that_nobody_may_assume" {
  command = plan

  variables {
    trusted_arns = { serving = ["arn:aws:iam::111122223333:root"] }
  }

  expect_failures = [
    aws_iam_role.service["training"], aws_iam_role.service["monitoring"], aws_iam_role.service["recalibration"],
    aws_iam_role.service["tracking"],
  ]
}
