package orders;

import dev.tenon.jobs.annotation.Signal;
import java.time.Instant;

@Signal("order.paid")
public record PaymentSettled(Instant at) {}
