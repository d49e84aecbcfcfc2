variable "endpoint" {
  description = "URL of the S3 server."
  type        = string
  default     = "http://127.0.0.1:4566"

  validation {
    condition     = can(regex("^https?://(127\\.0\\.0\\.1|localhost)(:[0-9]+)?$", var.endpoint))
    error_message = "endpoint must be http(s)://127.0.0.1:<port> or http(s)://localhost:<port>: this stack is for a server of this machine; use the stack aws for others."
  }
}

variable "region" {
  description = "Region that the server pretends to be in."
  type        = string
  default     = "us-east-1"
}

variable "noncurrent_days" {
  description = "Days after which earlier versions of objects are deleted; null for none, since applying lifecycle rules takes a minute."
  type        = number
  default     = null
}
