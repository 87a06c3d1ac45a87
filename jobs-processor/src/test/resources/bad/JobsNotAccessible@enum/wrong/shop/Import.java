package shop;

import dev.tenon.jobs.annotation.JobType;
import java.util.List;

@JobType("shop.import")
record Import(List<Mode> modes, Line line, Way way) {
  private enum Mode {
    FAST
  }

  record Line(Inner inner) {}

  private record Inner(String text) {}

  sealed interface Way {}

  private record Post(String town) implements Way {}
}
