output "buckets" {
  description = "Names of the buckets, by content: data, models."
  value       = module.storage.buckets
}

output "role_arns" {
  description = "ARNs of the roles, by service: annotate the service accounts of Kubernetes with them."
  value       = module.storage.role_arns
}

output "policy_arns" {
  description = "ARNs of the policies, by service: attach them to identities that exist already."
  value       = module.storage.policy_arns
}
