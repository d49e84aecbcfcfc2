terraform {
  # The bucket exists before the stack: terraform init -backend-config=state.s3.tfbackend
  backend "s3" {
    key          = "delay-core/storage.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}
