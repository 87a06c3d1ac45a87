package versions;

import dev.tenon.jobs.annotation.Upcaster;

sealed interface Sent {

  record Done(String summary) implements Sent {}

  record Failed(int code) implements Sent {}

  record Count(int count) {}

  @Upcaster(from = 1)
  static Sent fromCount(Count old) {
    return new Done(old.count() + " sent");
  }
}
