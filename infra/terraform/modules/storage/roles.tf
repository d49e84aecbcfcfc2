locals {
  # What each service may do with the objects of each bucket, and with the bundles of models, which pipelines write to the
  # bucket of data beside the other outputs of their steps. A bucket that is not named is otherwise closed to the service.
  access = {
    serving       = { read = ["models"], write = [], read_bundles = true, write_bundles = false }
    training      = { read = ["data", "models"], write = ["data", "models"], read_bundles = false, write_bundles = false }
    monitoring    = { read = ["data"], write = [], read_bundles = false, write_bundles = false }
    recalibration = { read = ["models"], write = ["models"], read_bundles = true, write_bundles = true }
    tracking      = { read = ["models"], write = ["models"], read_bundles = false, write_bundles = false }
  }
  bundles = "${local.bucket_arns["data"]}/${var.data_prefix}/bundles/*"
  # Each bundle that is being written has a marker, which its writer deletes.
  unfinished_bundles = "${local.bucket_arns["data"]}/${var.data_prefix}/.unfinished/*/bundles/*"

  readable = { for service, access in local.access : service => {
    buckets = [for content in setunion(access.read, access.read_bundles ? ["data"] : []) : local.bucket_arns[content]]
    objects = concat([for content in access.read : "${local.bucket_arns[content]}/*"], access.read_bundles ? [local.bundles] : [])
  } }
  writable = { for service, access in local.access : service => {
    buckets = [for content in setunion(access.write, access.write_bundles ? ["data"] : []) : local.bucket_arns[content]]
    objects = concat(
      [for content in access.write : "${local.bucket_arns[content]}/*"],
      access.write_bundles ? [local.bundles, local.unfinished_bundles] : [],
    )
  } }

  oidc_issuer = var.kubernetes == null ? "" : split(":oidc-provider/", var.kubernetes.oidc_provider_arn)[1]
}

data "aws_iam_policy_document" "service" {
  for_each = local.access

  # Without the right to list, S3 answers 403 instead of 404 for an object that does not exist.
  statement {
    sid       = "ListBuckets"
    actions   = ["s3:ListBucket"]
    resources = local.readable[each.key].buckets
  }

  statement {
    sid       = "ReadObjects"
    actions   = ["s3:GetObject"]
    resources = local.readable[each.key].objects
  }

  dynamic "statement" {
    for_each = length(local.writable[each.key].objects) > 0 ? [1] : []

    content {
      sid       = "ListUploads"
      actions   = ["s3:ListBucketMultipartUploads"]
      resources = local.writable[each.key].buckets
    }
  }

  # Objects are deleted, their earlier versions are not: no policy has s3:DeleteObjectVersion.
  dynamic "statement" {
    for_each = length(local.writable[each.key].objects) > 0 ? [1] : []

    content {
      sid       = "WriteObjects"
      actions   = ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
      resources = local.writable[each.key].objects
    }
  }

  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]

    content {
      sid       = "UseKey"
      actions   = concat(["kms:Decrypt"], length(local.writable[each.key].objects) > 0 ? ["kms:GenerateDataKey"] : [])
      resources = [statement.value]
    }
  }
}

data "aws_iam_policy_document" "trust" {
  for_each = local.access

  dynamic "statement" {
    for_each = length(lookup(var.trusted_arns, each.key, [])) > 0 ? [var.trusted_arns[each.key]] : []

    content {
      sid     = "AssumeRole"
      actions = ["sts:AssumeRole"]

      principals {
        type        = "AWS"
        identifiers = statement.value
      }
    }
  }

  dynamic "statement" {
    for_each = var.kubernetes == null ? [] : [var.kubernetes]

    content {
      sid     = "AssumeRoleFromKubernetes"
      actions = ["sts:AssumeRoleWithWebIdentity"]

      principals {
        type        = "Federated"
        identifiers = [statement.value.oidc_provider_arn]
      }

      condition {
        test     = "StringEquals"
        variable = "${local.oidc_issuer}:sub"
        values   = ["system:serviceaccount:${statement.value.namespace}:${each.key}"]
      }

      condition {
        test     = "StringEquals"
        variable = "${local.oidc_issuer}:aud"
        values   = ["sts.amazonaws.com"]
      }
    }
  }
}

resource "aws_iam_policy" "service" {
  for_each = local.access

  name        = "${var.name_prefix}-${each.key}"
  description = "The rights of the ${each.key} service on the buckets of data and models."
  policy      = data.aws_iam_policy_document.service[each.key].json
}

resource "aws_iam_role" "service" {
  for_each = local.access

  name               = "${var.name_prefix}-${each.key}"
  description        = "The role of the ${each.key} service."
  assume_role_policy = data.aws_iam_policy_document.trust[each.key].json

  lifecycle {
    precondition {
      condition     = var.kubernetes != null || length(lookup(var.trusted_arns, each.key, [])) > 0
      error_message = "Nobody may assume the role of ${each.key}: set trusted_arns.${each.key} or kubernetes."
    }
  }
}

resource "aws_iam_role_policy_attachment" "service" {
  for_each = local.access

  role       = aws_iam_role.service[each.key].name
  policy_arn = aws_iam_policy.service[each.key].arn
}
