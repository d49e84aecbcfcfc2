# The buckets and roles on an S3 server of this machine: LocalStack, or the one that `make infra-up` starts.

provider "aws" {
  region     = var.region
  access_key = "local"
  secret_key = "local" # any key: these servers have no accounts

  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  endpoints {
    iam = var.endpoint
    s3  = var.endpoint
    sts = var.endpoint
  }

  default_tags {
    tags = { project = "delay-core", stack = "localstack" }
  }
}

data "aws_caller_identity" "current" {}

module "storage" {
  source = "../../modules/storage"

  require_tls     = startswith(var.endpoint, "https://")
  noncurrent_days = var.noncurrent_days
  trusted_arns    = { for service in ["serving", "training", "monitoring", "recalibration", "tracking"] : service => ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"] }
}
