package dev.tenon.jobs.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.DelegatingJobService;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.operate.AuditQuery;
import dev.tenon.jobs.operate.JobAudit;
import dev.tenon.jobs.spring.AuditWorld.Change;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each change by hand leaves one entry in the audit, with who made it and why, in the transaction
 * of the change: through the API, Spring's service, the dashboard and the command line. A method of
 * the API that takes an actor and is not here fails the test.
 */
class AuditDoorsTest {

  /** What changes by hand change. */
  private static final List<String> TABLES =
      List.of(
          "live_jobs",
          "job_data",
          "ended_jobs",
          "job_types",
          "job_schedules",
          "workflows",
          "workers",
          "job_operations",
          "job_steps",
          "job_signals",
          "job_lines");

  private static AuditWorld world;

  @BeforeAll
  static void open() throws SQLException {
    world = new AuditWorld();
    world.sql(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            + " $$ BEGIN RAISE EXCEPTION 'refused by the test' USING ERRCODE = '42501'; END $$");
  }

  @AfterAll
  static void close() {
    world.close();
  }

  private static Map<String, Change> api(JobService service) {
    return new ApiChanges(world, service).all();
  }

  @TestFactory
  Stream<DynamicTest> eachChangeIsInTheAuditOnce() {
    return Stream.of(
            leavesOneEntry("API", api(world.jobs), true),
            leavesOneEntry("Spring", api(new SpringJobService(world.jobs, world.pool)), true),
            leavesOneEntry("dashboard", new DashboardChanges(world).all(), true),
            leavesOneEntry("command line", new CommandChanges(world).all(), false))
        .flatMap(each -> each);
  }

  private static Stream<DynamicTest> leavesOneEntry(
      String door, Map<String, Change> changes, boolean asksWhy) {
    return changes.entrySet().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    door + ": " + each.getKey(),
                    () -> {
                      Change change = each.getValue();
                      Actor actor = somebody();
                      String target = change.target().get();
                      change.change().accept(target, actor);
                      List<JobAudit.Entry> entries = entries(actor);
                      assertThat(entries).hasSize(1);
                      JobAudit.Entry entry = entries.get(0);
                      assertThat(entry.action()).isEqualTo(change.action());
                      assertThat(entry.target()).isEqualTo(target);
                      assertThat(entry.outcome()).isNotBlank();
                      if (asksWhy || entry.reason().isPresent()) {
                        assertThat(entry.reason()).isEqualTo(actor.reason());
                      }
                    }));
  }

  private static Actor somebody() {
    int number = world.next();
    return Actor.of("ann-" + number, "reason " + number);
  }

  private static List<JobAudit.Entry> entries(Actor actor) {
    return world.runtime.monitor().audit().list(AuditQuery.all().withBy(actor.name())).items();
  }

  @TestFactory
  Stream<DynamicTest> whatChangesNothingLeavesNoEntry() {
    return Stream.of(
            "JobService.cancel(UUID, Actor)",
            "JobTypes.pause(String, Actor)",
            "JobTypes.resume(String, Actor)",
            "JobTypes.clearOverrides(String, Actor)",
            "JobTypes.applyToWaiting(String, Actor)",
            "JobSchedules.pause(String, Actor)",
            "JobSchedules.resume(String, Actor)",
            "JobSchedules.remove(String, Actor)",
            "JobWorkflows.cancel(UUID, Actor)",
            "JobWorkflows.pause(UUID, Actor)",
            "JobWorkflows.resume(UUID, Actor)",
            "JobMonitor.quietWorker(String, Actor)",
            "JobMonitor.resumeWorker(String, Actor)")
        .map(
            method ->
                DynamicTest.dynamicTest(
                    method,
                    () -> {
                      Change change = api(world.jobs).get(method);
                      String target = change.target().get();
                      change.change().accept(target, AuditWorld.BEFORE);
                      Actor actor = somebody();
                      change.change().accept(target, actor);
                      assertThat(entries(actor)).isEmpty();
                    }));
  }

  @TestFactory
  Stream<DynamicTest> aChangeWhoseEntryIsRefusedIsNotMade() {
    return api(world.jobs).entrySet().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.getKey(),
                    () -> {
                      Change change = each.getValue();
                      String target = change.target().get();
                      List<String> before = rows();
                      refused(List.of("job_audit"), change, target);
                      assertThat(rows()).isEqualTo(before);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> aChangeThatIsRefusedHasNoEntry() {
    return api(world.jobs).entrySet().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.getKey(),
                    () -> {
                      Change change = each.getValue();
                      refused(TABLES, change, change.target().get());
                    }));
  }

  private static void refused(List<String> tables, Change change, String target)
      throws SQLException {
    Actor actor = somebody();
    for (String table : tables) {
      world.sql(
          "CREATE TRIGGER refuse BEFORE INSERT OR UPDATE OR DELETE ON tenon.%s".formatted(table)
              + " FOR EACH ROW EXECUTE FUNCTION refuse()");
    }
    try {
      assertThatThrownBy(() -> change.change().accept(target, actor))
          .hasStackTraceContaining("refused by the test");
    } finally {
      for (String table : tables) {
        world.sql("DROP TRIGGER refuse ON tenon." + table);
      }
    }
    assertThat(entries(actor)).isEmpty();
  }

  private static List<String> rows() throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = world.database.connect();
        Statement statement = connection.createStatement()) {
      for (String table : TABLES) {
        try (ResultSet result =
            statement.executeQuery(
                "SELECT t::text FROM tenon.%s t ORDER BY t::text".formatted(table))) {
          while (result.next()) {
            rows.add(table + result.getString(1));
          }
        }
      }
    }
    return rows;
  }

  @Test
  void eachMethodThatTakesAnActorIsHere() throws Exception {
    TreeSet<String> methods = new TreeSet<>();
    for (Class<?> type : publicTypes()) {
      for (Method method : type.getDeclaredMethods()) {
        Class<?>[] parameters = method.getParameterTypes();
        if (Modifier.isPublic(method.getModifiers())
            && !method.isSynthetic()
            && parameters.length > 0
            && parameters[parameters.length - 1] == Actor.class) {
          methods.add(
              Arrays.stream(parameters)
                  .map(Class::getSimpleName)
                  .collect(
                      Collectors.joining(
                          ", ", type.getSimpleName() + "." + method.getName() + "(", ")")));
        }
      }
    }
    assertThat(api(world.jobs).keySet()).containsExactlyElementsOf(methods);
  }

  private static List<Class<?>> publicTypes() throws Exception {
    URI code = JobService.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    Path path = Path.of(code);
    if (Files.isDirectory(path)) {
      return publicTypes(path);
    }
    try (FileSystem jar = FileSystems.newFileSystem(path)) {
      return publicTypes(jar.getPath("/"));
    }
  }

  private static List<Class<?>> publicTypes(Path root) throws IOException, ClassNotFoundException {
    List<Class<?>> types = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        String name =
            root.relativize(file).toString().replace('/', '.').replaceAll("\\.class$", "");
        if (name.startsWith("dev.tenon.jobs.") && !name.startsWith("dev.tenon.jobs.internal.")) {
          Class<?> type = Class.forName(name, false, AuditDoorsTest.class.getClassLoader());
          // What it passes on is in the table as the methods of the interface
          if (Modifier.isPublic(type.getModifiers()) && type != DelegatingJobService.class) {
            types.add(type);
          }
        }
      }
    }
    return types;
  }
}
