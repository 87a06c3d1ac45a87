package dev.tenon.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/troubleshooting.md} has a row for each reason why a job waits. */
class TroubleshootingPageTest {

  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z]\\w+)`");

  @Test
  void eachWaitReasonHasARow() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "troubleshooting.md"));
    int from = page.indexOf("\n## A job waits\n");
    Set<String> rows =
        ROW.matcher(page.substring(from, page.indexOf("\n## ", from + 1)))
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> reasons =
        Arrays.stream(WaitReason.class.getPermittedSubclasses())
            .map(Class::getSimpleName)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(rows).isEqualTo(reasons);
  }
}
