# The buckets and roles in an account of AWS.

provider "aws" {
  region = var.region

  default_tags {
    tags = merge({ project = "delay-core", stack = "aws" }, var.tags)
  }
}

module "storage" {
  source = "../../modules/storage"

  data_bucket     = var.data_bucket
  data_prefix     = var.data_prefix
  models_bucket   = var.models_bucket
  name_prefix     = var.name_prefix
  kms_key_arn     = var.kms_key_arn
  noncurrent_days = var.noncurrent_days
  trusted_arns    = var.trusted_arns
  kubernetes      = var.kubernetes
}
