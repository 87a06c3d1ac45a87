package shop;

import dev.tenon.jobs.annotation.JobType;
import java.util.List;

@kotlin.Metadata
@JobType("shop.import")
public final class Import {
  public Import(String file, List<Integer> lines, @kotlin.Nullable String owner) {}

  public String component1() {
    return null;
  }

  public Import copy(String file, List<Integer> lines, @kotlin.Nullable String owner) {
    return null;
  }
}
