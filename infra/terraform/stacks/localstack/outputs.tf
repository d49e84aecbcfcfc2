output "buckets" {
  description = "Names of the buckets, by content: data, models."
  value       = module.storage.buckets
}

output "role_arns" {
  description = "ARNs of the roles, by service."
  value       = module.storage.role_arns
}
