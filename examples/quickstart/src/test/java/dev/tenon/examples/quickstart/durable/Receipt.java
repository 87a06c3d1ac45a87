package dev.tenon.examples.quickstart.durable;

import dev.tenon.jobs.annotation.Sensitive;

/** A charge that the payment service has accepted. */
public record Receipt(String number, @Sensitive String cardNumber) {}
