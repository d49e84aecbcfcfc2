variable "data_bucket" {
  description = "Name of the bucket of tables, step outputs and DVC files."
  type        = string
  default     = "smart-logistics-data"

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.data_bucket))
    error_message = "data_bucket must have 3 to 63 lower-case letters, digits or hyphens, and begin and end with a letter or digit."
  }
}

variable "data_prefix" {
  description = "Where in the bucket of data the outputs of pipelines are: DELAY_DATA is s3://<data_bucket>/<data_prefix>."
  type        = string
  default     = "delay"

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$", var.data_prefix))
    error_message = "data_prefix must have letters, digits, hyphens and underscores, in parts separated by single slashes, such as delay."
  }
}

variable "models_bucket" {
  description = "Name of the bucket of registered models and the files of their runs."
  type        = string
  default     = "mlflow-model-registry"

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.models_bucket))
    error_message = "models_bucket must have 3 to 63 lower-case letters, digits or hyphens, and begin and end with a letter or digit."
  }

  validation {
    condition     = var.models_bucket != var.data_bucket
    error_message = "models_bucket must not be data_bucket: a role that reads models must not read shipments."
  }
}

variable "name_prefix" {
  description = "Prefix of the names of roles and policies."
  type        = string
  default     = "delay"

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_+=,.@-]{0,31}$", var.name_prefix))
    error_message = "name_prefix must have 1 to 32 of the characters that IAM allows in names, and begin with a letter or digit."
  }
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts both buckets; null for the keys of S3 (SSE-S3)."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key, arn:aws:kms:<region>:<account>:key/<id>; an alias does not do for a policy."
  }
}

variable "require_tls" {
  description = "Whether the bucket policies refuse requests without TLS. False only for an http:// server of this machine."
  type        = bool
  default     = true
}

variable "noncurrent_days" {
  description = "Days after which replaced and deleted versions of objects are deleted; null for no lifecycle rules at all."
  type        = number
  default     = null

  validation {
    condition     = var.noncurrent_days == null || try(var.noncurrent_days >= 1 && floor(var.noncurrent_days) == var.noncurrent_days, false)
    error_message = "noncurrent_days must be a whole number of at least 1, or null."
  }
}

variable "trusted_arns" {
  description = "ARNs of IAM users, roles or accounts that may assume a service's role, by service."
  type        = map(list(string))
  default     = {}

  validation {
    condition     = alltrue([for service in keys(var.trusted_arns) : contains(["serving", "training", "monitoring", "recalibration", "tracking"], service)])
    error_message = "trusted_arns must have no other keys than serving, training, monitoring, recalibration and tracking."
  }

  validation {
    condition     = alltrue([for arn in flatten(values(var.trusted_arns)) : can(regex("^arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:", arn))])
    error_message = "trusted_arns must be ARNs of IAM or STS with an account; * would let anyone assume the role."
  }
}

variable "kubernetes" {
  description = "The cluster whose service accounts, named like the services, assume the roles by OIDC (IRSA); null for none."
  type = object({
    oidc_provider_arn = string
    namespace         = optional(string, "delay")
  })
  default = null

  validation {
    condition     = var.kubernetes == null || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/.+", var.kubernetes.oidc_provider_arn))
    error_message = "kubernetes.oidc_provider_arn must be arn:aws:iam::<account>:oidc-provider/<issuer without https://>."
  }
}
