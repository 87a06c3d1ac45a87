package shop.other;

import dev.tenon.jobs.annotation.Signal;

@Signal("order.sent")
record OrderSent(String number) {}
