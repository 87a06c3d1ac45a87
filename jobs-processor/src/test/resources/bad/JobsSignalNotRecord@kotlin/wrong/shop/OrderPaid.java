package shop;

import dev.tenon.jobs.annotation.Signal;

@kotlin.Metadata
@Signal("order.paid")
final class OrderPaid {}
