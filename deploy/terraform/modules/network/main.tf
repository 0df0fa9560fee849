# A VPC over three zones: public subnets for load balancers and NAT alone, private ones for machines, and isolated ones,
# without a way out, for data.
variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "cidr" {
  description = "Addresses of the VPC, a /16; regions must not overlap."
  type        = string
  validation {
    condition     = can(cidrhost(var.cidr, 0)) && endswith(var.cidr, "/16")
    error_message = "The VPC needs a /16."
  }
}

variable "zones" {
  description = "Availability zones, three for production."
  type        = list(string)
  validation {
    condition     = length(var.zones) >= 2
    error_message = "One zone is not enough for anything."
  }
}

variable "nat_per_zone" {
  description = "A NAT gateway in each zone; one for all is cheaper and fails with its zone."
  type        = bool
  default     = true
}

variable "vpn" {
  description = "Client VPN of the administrators: certificate of its server, SAML provider that signs them in, group that may enter; null for none."
  type = object({
    cidr            = string
    certificate_arn = string
    saml_arn        = string
    group           = string
  })
  default = null
}

variable "log_key_arn" {
  description = "KMS key that encrypts logs."
  type        = string
}

locals {
  zones = { for i, zone in var.zones : zone => i }
  nats  = var.nat_per_zone ? local.zones : { (var.zones[0]) = 0 }
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_hostnames = true
  enable_dns_support   = true
  tags                 = { Name = var.name }
}

# Nobody shall use by mistake what AWS makes by itself.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = var.name }
}

resource "aws_subnet" "public" {
  for_each                = local.zones
  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.key
  map_public_ip_on_launch = false
  cidr_block              = cidrsubnet(var.cidr, 8, each.value)
  tags                    = { Name = "${var.name}-public-${each.key}", "kubernetes.io/role/elb" = "1" }
}

resource "aws_subnet" "private" {
  for_each                = local.zones
  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.key
  map_public_ip_on_launch = false
  cidr_block              = cidrsubnet(var.cidr, 4, each.value + 1)
  tags                    = { Name = "${var.name}-private-${each.key}", "kubernetes.io/role/internal-elb" = "1" }
}

resource "aws_subnet" "data" {
  for_each                = local.zones
  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.key
  map_public_ip_on_launch = false
  cidr_block              = cidrsubnet(var.cidr, 8, each.value + 240)
  tags                    = { Name = "${var.name}-data-${each.key}" }
}

resource "aws_eip" "nat" {
  for_each = local.nats
  domain   = "vpc"
  tags     = { Name = "${var.name}-nat-${each.key}" }
}

resource "aws_nat_gateway" "this" {
  for_each      = local.nats
  allocation_id = aws_eip.nat[each.key].id
  subnet_id     = aws_subnet.public[each.key].id
  tags          = { Name = "${var.name}-${each.key}" }
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.this.id
  }
  tags = { Name = "${var.name}-public" }
}

resource "aws_route_table_association" "public" {
  for_each       = local.zones
  subnet_id      = aws_subnet.public[each.key].id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table" "private" {
  for_each = local.zones
  vpc_id   = aws_vpc.this.id
  route {
    cidr_block     = "0.0.0.0/0"
    nat_gateway_id = aws_nat_gateway.this[var.nat_per_zone ? each.key : var.zones[0]].id
  }
  tags = { Name = "${var.name}-private-${each.key}" }
}

resource "aws_route_table_association" "private" {
  for_each       = local.zones
  subnet_id      = aws_subnet.private[each.key].id
  route_table_id = aws_route_table.private[each.key].id
}

# No route but the VPC's own.
resource "aws_route_table" "data" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = "${var.name}-data" }
}

resource "aws_route_table_association" "data" {
  for_each       = local.zones
  subnet_id      = aws_subnet.data[each.key].id
  route_table_id = aws_route_table.data.id
}

# S3 without the NAT gateways, which count every byte.
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${data.aws_region.this.name}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [for table in aws_route_table.private : table.id]
  tags              = { Name = "${var.name}-s3" }
}

data "aws_region" "this" {}

resource "aws_cloudwatch_log_group" "flow" {
  name              = "/ece/${var.name}/flow"
  retention_in_days = 90
  kms_key_id        = var.log_key_arn
}

data "aws_iam_policy_document" "flow_assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "flow" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
    resources = ["${aws_cloudwatch_log_group.flow.arn}:*"]
  }
}

resource "aws_iam_role" "flow" {
  name_prefix        = "ece-flow-"
  assume_role_policy = data.aws_iam_policy_document.flow_assume.json
}

resource "aws_iam_role_policy" "flow" {
  role   = aws_iam_role.flow.id
  policy = data.aws_iam_policy_document.flow.json
}

resource "aws_flow_log" "this" {
  vpc_id          = aws_vpc.this.id
  traffic_type    = "ALL"
  log_destination = aws_cloudwatch_log_group.flow.arn
  iam_role_arn    = aws_iam_role.flow.arn
}

resource "aws_security_group" "vpn" {
  count       = var.vpn == null ? 0 : 1
  name_prefix = "${var.name}-vpn-"
  description = "Administrators who came by the VPN"
  vpc_id      = aws_vpc.this.id
  egress {
    description = "Into the VPC"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = [var.cidr]
  }
}

resource "aws_ec2_client_vpn_endpoint" "this" {
  count                  = var.vpn == null ? 0 : 1
  description            = "Administrators of ${var.name}"
  server_certificate_arn = var.vpn.certificate_arn
  client_cidr_block      = var.vpn.cidr
  vpc_id                 = aws_vpc.this.id
  security_group_ids     = [aws_security_group.vpn[0].id]
  split_tunnel           = true
  session_timeout_hours  = 8
  authentication_options {
    type              = "federated-authentication"
    saml_provider_arn = var.vpn.saml_arn
  }
  connection_log_options {
    enabled              = true
    cloudwatch_log_group = aws_cloudwatch_log_group.flow.name
  }
}

resource "aws_ec2_client_vpn_network_association" "this" {
  count                  = var.vpn == null ? 0 : 1
  client_vpn_endpoint_id = aws_ec2_client_vpn_endpoint.this[0].id
  subnet_id              = aws_subnet.private[var.zones[0]].id
}

resource "aws_ec2_client_vpn_authorization_rule" "this" {
  count                  = var.vpn == null ? 0 : 1
  client_vpn_endpoint_id = aws_ec2_client_vpn_endpoint.this[0].id
  target_network_cidr    = var.cidr
  access_group_id        = var.vpn.group
}

output "vpc_id" { value = aws_vpc.this.id }
output "private_subnet_ids" { value = [for subnet in aws_subnet.private : subnet.id] }
output "data_subnet_ids" { value = [for subnet in aws_subnet.data : subnet.id] }
output "vpn_security_group_id" { value = one(aws_security_group.vpn[*].id) }
