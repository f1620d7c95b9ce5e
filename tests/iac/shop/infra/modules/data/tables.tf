variable "name" { type = string }

resource "aws_dynamodb_table" "payments" {
  name             = "payments"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  dynamic "replica" {
    for_each = var.replicas
    content {
      region_name = replica.value
    }
  }
}

module "queue" {
  source = "./queue"
}
