package dev.tenon.examples.quickstart.durable;

import java.time.Instant;

/** The end of an order: everything is paid and packed. */
public record Fulfilment(String receipt, Instant paidAt) {}
