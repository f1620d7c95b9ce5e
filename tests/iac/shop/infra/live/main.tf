terraform {
  required_version = ">= 1.7"
  backend "s3" {
    bucket = "acme-state"
    key    = "shop/live.tfstate"
    region = "eu-west-1"
  }
}

provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "us"
  region = "us-east-1"
}

locals {
  # Not a block: resource "aws_dynamodb_table" "sessions" {
  note = <<-EOT
    resource "aws_dynamodb_table" "sessions" {
    }
  EOT
}

module "data" {
  source   = "../modules/data"
  for_each = toset(["eu", "us"])

  name = "shop-${each.key}"
}

module "catalogue" {
  source  = "terraform-aws-modules/s3-bucket/aws"
  version = "~> 4.0"

  bucket = "acme-catalogue-eu-central-1"
}

resource "aws_dynamodb_table" "sessions" {
  name     = "sessions"
  hash_key = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_secretsmanager_secret" "api" {
  name = "shop/api"

  replica {
    region = "eu-central-1"
  }
}

moved {
  from = aws_instance.ec2
  to   = aws_instance.web
}

resource "aws_instance" "web" {
  count         = 2
  ami           = var.image
  instance_type = "m7g.large"
}

resource "aws_route53_record" "www" {
  for_each = local.regions

  zone_id        = aws_route53_zone.shop.zone_id
  name           = "www.acme-shop.com"
  type           = "A"
  set_identifier = each.key
}

resource "aws_vpc_peering_connection" "partner" {
  vpc_id      = aws_vpc.shop.id
  peer_vpc_id = var.partner
  peer_region = "us-east-1"
}

resource "aws_vpc_peering_connection_accepter" "partner" {
  provider                  = aws.us
  vpc_peering_connection_id = aws_vpc_peering_connection.partner.id
  auto_accept               = true
}
