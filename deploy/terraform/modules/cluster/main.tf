# EKS without a public address: administrators come by the VPN. Machines on demand for what must not move, spot for the rest.
variable "name" {
  description = "Name of the cluster."
  type        = string
}

variable "kubernetes_version" {
  description = "Version of Kubernetes."
  type        = string
  default     = "1.33"
}

variable "vpc_id" {
  description = "VPC of the cluster."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets of its machines."
  type        = list(string)
}

variable "key_arn" {
  description = "KMS key that encrypts the Secrets of the cluster, its disks and its logs."
  type        = string
}

variable "vpn" {
  description = "Security group of administrators; null where the address of the cluster is reached otherwise."
  type        = object({ security_group_id = string })
  default     = null
}

variable "pools" {
  description = "Groups of machines by name: kinds, ON_DEMAND or SPOT, and how many."
  type = map(object({
    types    = list(string)
    capacity = string
    min      = number
    max      = number
    desired  = number
  }))
  validation {
    condition     = anytrue([for pool in var.pools : pool.capacity == "ON_DEMAND" && pool.min > 0])
    error_message = "Something has to run on machines that nobody takes away."
  }
}

variable "sleeps" {
  description = "Times at which the machines go and come, as cron in UTC; null where they stay."
  type        = object({ stop = string, start = string })
  default     = null
}

data "aws_iam_policy_document" "assume" {
  for_each = { cluster = "eks.amazonaws.com", node = "ec2.amazonaws.com" }
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]
    principals {
      type        = "Service"
      identifiers = [each.value]
    }
  }
}

resource "aws_iam_role" "cluster" {
  name_prefix        = "ece-cluster-"
  assume_role_policy = data.aws_iam_policy_document.assume["cluster"].json
}

resource "aws_iam_role_policy_attachment" "cluster" {
  role       = aws_iam_role.cluster.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
}

resource "aws_iam_role" "node" {
  name_prefix        = "ece-node-"
  assume_role_policy = data.aws_iam_policy_document.assume["node"].json
}

resource "aws_iam_role_policy_attachment" "node" {
  for_each   = toset(["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryReadOnly", "AmazonSSMManagedInstanceCore"])
  role       = aws_iam_role.node.name
  policy_arn = "arn:aws:iam::aws:policy/${each.key}"
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/eks/${var.name}/cluster"
  retention_in_days = 90
  kms_key_id        = var.key_arn
}

resource "aws_eks_cluster" "this" {
  name                      = var.name
  role_arn                  = aws_iam_role.cluster.arn
  version                   = var.kubernetes_version
  enabled_cluster_log_types = ["api", "audit", "authenticator", "controllerManager", "scheduler"]

  vpc_config {
    subnet_ids              = var.subnet_ids
    endpoint_private_access = true
    endpoint_public_access  = false
    security_group_ids      = [aws_security_group.access.id]
  }

  encryption_config {
    provider { key_arn = var.key_arn }
    resources = ["secrets"]
  }

  access_config { authentication_mode = "API" }

  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy_attachment.cluster]
}

resource "aws_security_group" "access" {
  name_prefix = "${var.name}-access-"
  description = "Who may speak to the API of the cluster"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "vpn" {
  count                        = var.vpn == null ? 0 : 1
  security_group_id            = aws_security_group.access.id
  description                  = "Administrators"
  referenced_security_group_id = var.vpn.security_group_id
  from_port                    = 443
  to_port                      = 443
  ip_protocol                  = "tcp"
}

data "aws_default_tags" "this" {}

resource "aws_launch_template" "node" {
  name_prefix = "${var.name}-"
  # What a group of machines makes does not have the tags of the provider by itself.
  dynamic "tag_specifications" {
    for_each = toset(["instance", "volume", "network-interface"])
    content {
      resource_type = tag_specifications.value
      tags          = data.aws_default_tags.this.tags
    }
  }
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_size = 80
      volume_type = "gp3"
      encrypted   = true
      kms_key_id  = var.key_arn
    }
  }
  # A pod cannot take the role of its machine.
  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }
}

resource "aws_eks_node_group" "this" {
  for_each        = var.pools
  cluster_name    = aws_eks_cluster.this.name
  node_group_name = each.key
  node_role_arn   = aws_iam_role.node.arn
  subnet_ids      = var.subnet_ids
  instance_types  = each.value.types
  capacity_type   = each.value.capacity
  labels          = { "ece/pool" = each.key }

  scaling_config {
    min_size     = each.value.min
    max_size     = each.value.max
    desired_size = each.value.desired
  }
  update_config { max_unavailable = 1 }
  launch_template {
    id      = aws_launch_template.node.id
    version = aws_launch_template.node.latest_version
  }
  # The autoscaler of the cluster moves it.
  lifecycle { ignore_changes = [scaling_config[0].desired_size] }
  depends_on = [aws_iam_role_policy_attachment.node]
}

resource "aws_autoscaling_schedule" "sleep" {
  for_each               = var.sleeps == null ? {} : var.pools
  scheduled_action_name  = "sleep"
  autoscaling_group_name = aws_eks_node_group.this[each.key].resources[0].autoscaling_groups[0].name
  recurrence             = var.sleeps.stop
  min_size               = 0
  max_size               = each.value.max
  desired_capacity       = 0
}

resource "aws_autoscaling_schedule" "wake" {
  for_each               = var.sleeps == null ? {} : var.pools
  scheduled_action_name  = "wake"
  autoscaling_group_name = aws_eks_node_group.this[each.key].resources[0].autoscaling_groups[0].name
  recurrence             = var.sleeps.start
  min_size               = each.value.min
  max_size               = each.value.max
  desired_capacity       = each.value.desired
}

resource "aws_eks_addon" "this" {
  for_each     = toset(["vpc-cni", "coredns", "kube-proxy", "eks-pod-identity-agent", "aws-ebs-csi-driver", "aws-efs-csi-driver"])
  cluster_name = aws_eks_cluster.this.name
  addon_name   = each.key
  # The CNI enforces the network policies of the chart.
  configuration_values = each.key == "vpc-cni" ? jsonencode({ enableNetworkPolicy = "true" }) : null
  # Their pods take their roles when they start.
  depends_on = [aws_eks_pod_identity_association.helper]
}

output "name" { value = aws_eks_cluster.this.name }
output "security_group_id" { value = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id }
