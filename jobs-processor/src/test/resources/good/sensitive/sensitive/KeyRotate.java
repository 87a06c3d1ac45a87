package sensitive;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Sensitive;
import java.util.UUID;

/** With a result that is not a record. */
@JobType(value = "key.rotate", result = KeyRotate.Key[].class)
public record KeyRotate(UUID owner) {

  /** A key. */
  public record Key(UUID id, @Sensitive byte[] secret) {}
}
