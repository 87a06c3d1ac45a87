package dev.tenon.jobs.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerNoticeTest {

  @Test
  void noticesAreReceivedInTheSameSchemaOnly() {
    UUID id = UUID.randomUUID();
    for (WorkerNotice notice :
        List.of(
            new WorkerNotice.Claimable(),
            new WorkerNotice.Soon(),
            new WorkerNotice.Cancelled(id),
            new WorkerNotice.Changed(Set.of(id, UUID.randomUUID())),
            new WorkerNotice.Submitted(Set.of()),
            new WorkerNotice.Submitted(Set.of(id, UUID.randomUUID())),
            new WorkerNotice.Probe(id))) {
      assertThat(WorkerNotice.parse(notice.message("tenon"), "tenon")).contains(notice);
      assertThat(WorkerNotice.parse(notice.message("tenon"), "tenon2")).isEmpty();
      assertThat(WorkerNotice.parse(notice.message("tenon2"), "tenon")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "tenon\n",
        "tenon\nx",
        "tenon\n\n",
        "\ntenon",
        "tenon\nprobe",
        "tenon\nprobe x",
        "tenon\nsooner",
        "tenon\nchanged",
        "tenon\nchanged ",
        "tenon\nchanged x y",
        "tenon\nsubmitted ",
        "tenon\nsubmitted x",
        "tenon\nsubmittedly"
      })
  void whatIsNoNoticeIsNotHeard(String message) {
    assertThat(WorkerNotice.parse(message, "tenon")).isEmpty();
  }
}
