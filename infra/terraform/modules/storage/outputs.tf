output "buckets" {
  description = "Names of the buckets, by content: data, models."
  value       = { for content, bucket in aws_s3_bucket.this : content => bucket.id }
}

output "role_arns" {
  description = "ARNs of the roles, by service: serving, training, monitoring, recalibration, tracking."
  value       = { for service, role in aws_iam_role.service : service => role.arn }
}

output "policy_arns" {
  description = "ARNs of the policies, by service: for identities that exist already."
  value       = { for service, policy in aws_iam_policy.service : service => policy.arn }
}
