mock_provider "aws" {
  mock_data "aws_iam_policy_document" { defaults = { json = "{}" } }
  mock_data "aws_region" { defaults = { name = "eu-central-1" } }
  mock_resource "aws_cloudwatch_log_group" { defaults = { arn = "arn:aws:logs:eu-central-1:000000000000:log-group:x" } }
  mock_resource "aws_iam_role" { defaults = { arn = "arn:aws:iam::000000000000:role/x" } }
  mock_resource "aws_launch_template" { defaults = { id = "lt-0", latest_version = 1 } }
  mock_resource "aws_eks_cluster" { defaults = { vpc_config = { cluster_security_group_id = "sg-0" }
    arn      = "arn:aws:eks:eu-central-1:000000000000:cluster/ece-test"
    identity = [{ oidc = [{ issuer = "https://oidc.example/id/X" }] }]
  } }
  mock_resource "aws_iam_openid_connect_provider" { defaults = { arn = "arn:aws:iam::000000000000:oidc-provider/x" } }
  mock_data "aws_caller_identity" { defaults = { account_id = "000000000000" } }
  mock_resource "aws_eks_node_group" { defaults = { resources = [{ autoscaling_groups = [{ name = "x" }] }] } }
}

variables {
  name         = "ece-test"
  vpc_id       = "vpc-0"
  subnet_ids   = ["subnet-0", "subnet-1"]
  key_arn      = "arn:aws:kms:eu-central-1:000000000000:key/x"
  vpn          = { security_group_id = "sg-1" }
  secrets_path = "ece/test"
  pools = {
    stable = { types = ["m7i.large"], capacity = "ON_DEMAND", min = 2, max = 4, desired = 2 }
    spot   = { types = ["m7i.large", "m6i.large"], capacity = "SPOT", min = 0, max = 4, desired = 1 }
  }
}

run "properties" {
  # the cluster is private encrypted and audited
  assert {
    condition     = !aws_eks_cluster.this.vpc_config[0].endpoint_public_access && aws_eks_cluster.this.vpc_config[0].endpoint_private_access
    error_message = "The API of the cluster has a public address."
  }
  assert {
    condition     = contains(aws_eks_cluster.this.encryption_config[0].resources, "secrets") && aws_eks_cluster.this.encryption_config[0].provider[0].key_arn == var.key_arn
    error_message = "Secrets are not encrypted by our key."
  }
  assert {
    condition     = contains(aws_eks_cluster.this.enabled_cluster_log_types, "audit")
    error_message = "Nobody knows who did what."
  }
  # machines are encrypted and their roles out of reach
  assert {
    condition     = alltrue([for mapping in aws_launch_template.node.block_device_mappings : mapping.ebs[0].encrypted == "true"])
    error_message = "A disk is not encrypted."
  }
  assert {
    condition     = aws_launch_template.node.metadata_options[0].http_tokens == "required" && aws_launch_template.node.metadata_options[0].http_put_response_hop_limit == 1
    error_message = "A pod can take the role of its machine."
  }
  assert {
    condition     = aws_eks_node_group.this["spot"].capacity_type == "SPOT" && aws_eks_node_group.this["stable"].capacity_type == "ON_DEMAND"
    error_message = "Pools are not of the capacity that was asked for."
  }
  assert {
    condition     = length(aws_autoscaling_schedule.sleep) == 0
    error_message = "Machines sleep that nobody sent to bed."
  }
}

run "non_production_sleeps_and_wakes" {
  variables { sleeps = { stop = "0 19 * * 1-5", start = "0 6 * * 1-5" } }
  assert {
    condition     = alltrue([for schedule in aws_autoscaling_schedule.sleep : schedule.desired_capacity == 0]) && length(aws_autoscaling_schedule.sleep) == 2
    error_message = "Not all machines sleep."
  }
  assert {
    condition     = aws_autoscaling_schedule.wake["stable"].desired_capacity == 2
    error_message = "Machines do not come back."
  }
}

run "spot_alone_is_refused" {
  command = plan
  variables { pools = { spot = { types = ["m7i.large"], capacity = "SPOT", min = 1, max = 4, desired = 1 } } }
  expect_failures = [var.pools]
}

run "helpers_have_their_rights_and_no_more" {
  variables { zone_id = "Z0" }
  assert {
    condition = { for name, it in aws_eks_pod_identity_association.helper : name => "${it.namespace}/${it.service_account}" } == {
      ebs-csi       = "kube-system/ebs-csi-controller-sa"
      efs-csi       = "kube-system/efs-csi-controller-sa"
      load-balancer = "kube-system/aws-load-balancer-controller"
      autoscaler    = "kube-system/cluster-autoscaler"
      external-dns  = "external-dns/external-dns"
    }
    error_message = "Roles are not those of the accounts that the helpers run as."
  }
  assert {
    condition     = aws_iam_role_policy_attachment.helper["ebs-csi"].policy_arn == "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy" && aws_iam_role_policy_attachment.helper["efs-csi"].policy_arn == "arn:aws:iam::aws:policy/service-role/AmazonEFSCSIDriverPolicy"
    error_message = "The drivers of disks and folders cannot make any."
  }
  assert {
    condition     = alltrue([for it in data.aws_iam_policy_document.disks.statement : it.resources == toset([var.key_arn])])
    error_message = "The driver of disks may use other keys than ours."
  }
  assert {
    condition     = anytrue([for it in data.aws_iam_policy_document.pods.statement[0].condition : it.variable == "aws:SourceArn" && it.values == tolist(["arn:aws:eks:eu-central-1:000000000000:cluster/ece-test"])])
    error_message = "Another cluster can take the roles of the helpers."
  }
  # whatever changes something is bound to what this cluster has made
  assert {
    condition = alltrue([
      for it in concat(data.aws_iam_policy_document.load_balancer.statement, data.aws_iam_policy_document.autoscaler.statement) :
      length(it.condition) > 0 || !contains(it.resources, "*") || alltrue([for action in it.actions : can(regex(":(Describe|Get|List)", action))])
    ])
    error_message = "A helper may change what is not of this cluster."
  }
  assert {
    condition     = data.aws_iam_policy_document.dns[0].statement[0].resources == toset(["arn:aws:route53:::hostedzone/Z0"])
    error_message = "external-dns writes in other zones."
  }
  # secrets are read by one account, those of this environment alone
  assert {
    condition     = data.aws_iam_policy_document.secrets.statement[0].resources == toset(["arn:aws:secretsmanager:eu-central-1:000000000000:secret:ece/test/*"]) && !anytrue([for action in data.aws_iam_policy_document.secrets.statement[0].actions : strcontains(action, "*") || strcontains(action, "Put")])
    error_message = "Secrets of others can be read, or ours changed."
  }
  assert {
    condition = { for it in data.aws_iam_policy_document.secrets_assume.statement[0].condition : it.variable => one(it.values) } == {
      "oidc.example/id/X:sub" = "system:serviceaccount:ece:ece-secrets"
      "oidc.example/id/X:aud" = "sts.amazonaws.com"
    }
    error_message = "Other accounts can read the secrets."
  }
}

run "without_a_zone_nothing_writes_names" {
  assert {
    condition     = !contains(keys(aws_eks_pod_identity_association.helper), "external-dns")
    error_message = "external-dns has a role and no zone."
  }
}
