terraform {
  # The state is a file of this machine; `make infra-up` names it (-backend-config=path=…).
  backend "local" {}
}
