# What helpers in the cluster may do in AWS: each by its account in Kubernetes, and no more than it needs. Pods of the
# exchange itself have no rights in AWS.
variable "secrets_path" {
  description = "What the names of this environment's objects in Secrets Manager begin with, as ece/production."
  type        = string
}

variable "namespace" {
  description = "Namespace of the exchange."
  type        = string
  default     = "ece"
}

variable "zone_id" {
  description = "Hosted zone in which external-dns writes; null where nothing does."
  type        = string
  default     = null
}

data "aws_caller_identity" "this" {}
data "aws_region" "this" {}

locals {
  account = data.aws_caller_identity.this.account_id
  region  = data.aws_region.this.name

  # Helpers by name: where they run, AWS' own policy where there is one, and ours.
  helpers = merge({
    ebs-csi       = { namespace = "kube-system", account = "ebs-csi-controller-sa", managed = "service-role/AmazonEBSCSIDriverPolicy" }
    efs-csi       = { namespace = "kube-system", account = "efs-csi-controller-sa", managed = "service-role/AmazonEFSCSIDriverPolicy" }
    load-balancer = { namespace = "kube-system", account = "aws-load-balancer-controller", managed = null }
    autoscaler    = { namespace = "kube-system", account = "cluster-autoscaler", managed = null }
    }, var.zone_id == null ? {} : {
    external-dns = { namespace = "external-dns", account = "external-dns", managed = null }
  })
  policies = merge({
    ebs-csi       = data.aws_iam_policy_document.disks.json
    load-balancer = data.aws_iam_policy_document.load_balancer.json
    autoscaler    = data.aws_iam_policy_document.autoscaler.json
    }, var.zone_id == null ? {} : {
    external-dns = data.aws_iam_policy_document.dns[0].json
  })
}

data "aws_iam_policy_document" "pods" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]
    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_eks_cluster.this.arn]
    }
  }
}

resource "aws_iam_role" "helper" {
  for_each           = local.helpers
  name_prefix        = "ece-${each.key}-"
  assume_role_policy = data.aws_iam_policy_document.pods.json
}

resource "aws_iam_role_policy_attachment" "helper" {
  for_each   = { for name, helper in local.helpers : name => helper.managed if helper.managed != null }
  role       = aws_iam_role.helper[each.key].name
  policy_arn = "arn:aws:iam::aws:policy/${each.value}"
}

resource "aws_iam_role_policy" "helper" {
  for_each = local.policies
  role     = aws_iam_role.helper[each.key].id
  policy   = each.value
}

resource "aws_eks_pod_identity_association" "helper" {
  for_each        = local.helpers
  cluster_name    = aws_eks_cluster.this.name
  namespace       = each.value.namespace
  service_account = each.value.account
  role_arn        = aws_iam_role.helper[each.key].arn
}

# Disks that the CSI driver makes are encrypted by our key.
data "aws_iam_policy_document" "disks" {
  statement {
    actions   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
    resources = [var.key_arn]
  }
  statement {
    actions   = ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"]
    resources = [var.key_arn]
    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }
  }
}

# Machines of this cluster's own groups alone.
data "aws_iam_policy_document" "autoscaler" {
  statement {
    actions = [
      "autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeAutoScalingInstances", "autoscaling:DescribeLaunchConfigurations",
      "autoscaling:DescribeScalingActivities", "ec2:DescribeImages", "ec2:DescribeInstanceTypes", "ec2:DescribeLaunchTemplateVersions",
      "ec2:GetInstanceTypesFromInstanceRequirements", "eks:DescribeNodegroup",
    ]
    resources = ["*"]
  }
  statement {
    actions   = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/k8s.io/cluster-autoscaler/${var.name}"
      values   = ["owned"]
    }
  }
}

# It changes what it has made itself, which has the tag of the cluster.
data "aws_iam_policy_document" "load_balancer" {
  statement {
    actions = [
      "acm:DescribeCertificate", "acm:ListCertificates", "ec2:Describe*", "ec2:GetCoipPoolUsage", "ec2:GetSecurityGroupsForVpc",
      "elasticloadbalancing:Describe*", "shield:GetSubscriptionState", "wafv2:GetWebACL", "wafv2:GetWebACLForResource",
    ]
    resources = ["*"]
  }
  statement {
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "iam:AWSServiceName"
      values   = ["elasticloadbalancing.amazonaws.com"]
    }
  }
  statement {
    actions   = ["ec2:CreateSecurityGroup"]
    resources = ["arn:aws:ec2:${local.region}:${local.account}:vpc/${var.vpc_id}"]
  }
  statement {
    actions = [
      "ec2:CreateSecurityGroup", "ec2:CreateTags", "elasticloadbalancing:AddTags", "elasticloadbalancing:CreateLoadBalancer",
      "elasticloadbalancing:CreateTargetGroup",
    ]
    resources = ["arn:aws:ec2:${local.region}:${local.account}:security-group/*", "arn:aws:elasticloadbalancing:${local.region}:${local.account}:*"]
    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/elbv2.k8s.aws/cluster"
      values   = [var.name]
    }
  }
  statement {
    actions = [
      "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateTags", "ec2:DeleteSecurityGroup", "ec2:DeleteTags", "ec2:RevokeSecurityGroupIngress",
      "elasticloadbalancing:AddListenerCertificates", "elasticloadbalancing:AddTags", "elasticloadbalancing:CreateListener",
      "elasticloadbalancing:CreateRule", "elasticloadbalancing:DeleteListener", "elasticloadbalancing:DeleteLoadBalancer",
      "elasticloadbalancing:DeleteRule", "elasticloadbalancing:DeleteTargetGroup", "elasticloadbalancing:DeregisterTargets",
      "elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyListenerAttributes", "elasticloadbalancing:ModifyLoadBalancerAttributes",
      "elasticloadbalancing:ModifyRule", "elasticloadbalancing:ModifyTargetGroup", "elasticloadbalancing:ModifyTargetGroupAttributes",
      "elasticloadbalancing:RegisterTargets", "elasticloadbalancing:RemoveListenerCertificates", "elasticloadbalancing:RemoveTags",
      "elasticloadbalancing:SetIpAddressType", "elasticloadbalancing:SetSecurityGroups", "elasticloadbalancing:SetSubnets",
      "elasticloadbalancing:SetWebAcl",
    ]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/elbv2.k8s.aws/cluster"
      values   = [var.name]
    }
  }
  # The machines' own group lets the balancer in.
  statement {
    actions   = ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"]
    resources = ["arn:aws:ec2:${local.region}:${local.account}:security-group/${aws_eks_cluster.this.vpc_config[0].cluster_security_group_id}"]
  }
}

data "aws_iam_policy_document" "dns" {
  count = var.zone_id == null ? 0 : 1
  statement {
    actions   = ["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets", "route53:ListTagsForResources"]
    resources = ["arn:aws:route53:::hostedzone/${var.zone_id}"]
  }
  statement {
    actions   = ["route53:ListHostedZones"]
    resources = ["*"]
  }
}

# External Secrets shows AWS a token of the account that the chart makes for it, so this role's trust is in the cluster's
# own issuer: https://external-secrets.io/latest/provider/aws-access/
resource "aws_iam_openid_connect_provider" "this" {
  url            = aws_eks_cluster.this.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
}

locals {
  issuer = trimprefix(aws_eks_cluster.this.identity[0].oidc[0].issuer, "https://")
}

data "aws_iam_policy_document" "secrets_assume" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.this.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = ["system:serviceaccount:${var.namespace}:ece-secrets"]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "secrets" {
  statement {
    actions   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    resources = ["arn:aws:secretsmanager:${local.region}:${local.account}:secret:${var.secrets_path}/*"]
  }
  statement {
    actions   = ["kms:Decrypt"]
    resources = [var.key_arn]
    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${local.region}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "secrets" {
  name_prefix        = "ece-secrets-"
  assume_role_policy = data.aws_iam_policy_document.secrets_assume.json
}

resource "aws_iam_role_policy" "secrets" {
  role   = aws_iam_role.secrets.id
  policy = data.aws_iam_policy_document.secrets.json
}

output "secrets_role_arn" { value = aws_iam_role.secrets.arn }
