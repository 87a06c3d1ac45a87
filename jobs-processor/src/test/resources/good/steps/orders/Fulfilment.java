package orders;

import java.time.Instant;

public record Fulfilment(Instant at) {}
