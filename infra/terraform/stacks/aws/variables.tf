variable "region" {
  description = "Region of the buckets."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be the name of a region of AWS, such as eu-central-1."
  }
}

variable "data_bucket" {
  description = "Name of the bucket of tables, step outputs and DVC files. It is unique in all of AWS: begin it with your company's name."
  type        = string
}

variable "data_prefix" {
  description = "Where in the bucket of data the outputs of pipelines are: DELAY_DATA is s3://<data_bucket>/<data_prefix>."
  type        = string
  default     = "delay"
}

variable "models_bucket" {
  description = "Name of the bucket of registered models and the files of their runs."
  type        = string
}

variable "name_prefix" {
  description = "Prefix of the names of roles and policies."
  type        = string
  default     = "delay"
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts both buckets; null for the keys of S3 (SSE-S3)."
  type        = string
  default     = null
}

variable "noncurrent_days" {
  description = "Days after which replaced and deleted versions of objects are deleted; null for never."
  type        = number
  default     = 90
}

variable "trusted_arns" {
  description = "ARNs of IAM users, roles or accounts that may assume a service's role, by service: serving, training, monitoring, recalibration, tracking."
  type        = map(list(string))
  default     = {}
}

variable "kubernetes" {
  description = "The EKS cluster whose service accounts, named like the services, assume the roles; null for none."
  type = object({
    oidc_provider_arn = string
    namespace         = optional(string, "delay")
  })
  default = null
}

variable "tags" {
  description = "Further tags of every resource."
  type        = map(string)
  default     = {}
}
