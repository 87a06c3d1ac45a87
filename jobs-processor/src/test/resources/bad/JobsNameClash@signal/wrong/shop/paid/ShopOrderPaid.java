package shop.paid;

import dev.tenon.jobs.annotation.Signal;

@Signal("shop.order-paid")
public record ShopOrderPaid(String number) {}
