package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Email;

/** An invoice to send. */
@JobType(
    value = "invoice.send",
    timeout = "30s",
    maxAttempts = 5,
    retryDelays = {"10s", "1m", "10m"},
    jitter = 0.2,
    noRetryOn = IllegalArgumentException.class,
    retention = "30d")
public record InvoiceSend(@InvoiceNumber String number, @Email String to) {}
