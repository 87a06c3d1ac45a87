package dev.tenon.jobs.cli;

import dev.tenon.jobs.operate.JobsHealth;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code tenon health}. */
@Command(
    name = "health",
    description =
        "Check the health: workers for the waiting jobs, and maintenance. RabbitMQ is not checked. The exit"
            + " code is 3 if a check fails.")
final class HealthCommand extends TenonCommand {

  HealthCommand() {}

  @Override
  int run(Connection database) {
    JobsHealth health = database.runtime().health();
    if (isJson()) {
      Map<String, @Nullable Object> view = new LinkedHashMap<>();
      view.put("healthy", health.isHealthy());
      view.put("checks", health.checks().stream().map(HealthCommand::view).toList());
      print(view);
    } else {
      Text.table(
              List.of("STATE", "CHECK", "FOUND"),
              health.checks().stream()
                  .map(
                      check ->
                          List.of(check.isHealthy() ? "ok" : "FAIL", check.name(), check.message()))
                  .toList())
          .forEach(this::line);
    }
    return health.isHealthy() ? 0 : Failure.UNWELL;
  }

  private static Map<String, @Nullable Object> view(JobsHealth.Check check) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("name", check.name());
    view.put("healthy", check.isHealthy());
    view.put("message", check.message());
    return view;
  }
}
