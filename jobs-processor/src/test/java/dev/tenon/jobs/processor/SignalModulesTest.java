package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.definition.ModuleDefinition;
import java.net.URLClassLoader;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Signals in modules that include others, and in modules that are compiled in parts. */
class SignalModulesTest extends ModuleSources {

  private static String signal(String packageName, String record, String name) {
    return """
        package %s;

        import dev.tenon.jobs.annotation.Signal;

        @Signal("%s")
        public record %s(String text) {}
        """
        .formatted(packageName, name, record);
  }

  private Compilation.Result core() {
    return Compilation.in(directory)
        .source("core/Module.java", module("core", "", true))
        .source("core/Paid.java", signal("core", "Paid", "core.paid"))
        .options("-Werror")
        .run()
        .clean();
  }

  private static String waitingHandler(String packageName) {
    return handler(packageName, packageName, "Order")
        .replace("@JobType", "@dev.tenon.jobs.annotation.Awaits(core.Paid.class)\n@JobType");
  }

  @Test
  void aModuleMayHaveOnlySignals() throws Exception {
    Compilation.Result core = core();

    assertThat(core.generated())
        .containsOnlyKeys("core/CoreJobs.java", "core/CoreJobsModule.java", "core/PaidSignal.java");
    assertThat(core.generated().get("core/CoreJobsModule.java"))
        .contains("payloads = {}", "signals = {Paid.class}", "Optional.of(CoreJobs.class)");
  }

  @Test
  void aModuleWithoutAnnotationIsNamedAfterThePackageOfItsSignals() {
    Compilation.Result result =
        Compilation.in(directory)
            .source("core/Paid.java", signal("core", "Paid", "core.paid"))
            .options("-Werror")
            .run()
            .clean();

    assertThat(result.generated()).containsKeys("core/CoreJobs.java", "core/CoreJobsModule.java");
  }

  @Test
  void anIncludedModuleBringsItsSignals() throws Exception {
    Compilation.Result core = core();
    Compilation.Result app =
        application("core.CoreJobsModule.class")
            .classPath(core)
            .source("app/Order.java", payload("app", "Order"))
            .source("app/OrderHandler.java", waitingHandler("app"))
            .source("app/Sent.java", signal("app", "Sent", "app.sent"))
            .options("-Werror")
            .run()
            .clean();

    try (URLClassLoader loader = app.load(core)) {
      ModuleDefinition module = make(loader, ModuleDefinition.class, "app.AppJobsModule");
      assertThat(module.signals()).singleElement().hasToString("SignalDefinition[app.sent]");
      assertThat(module.findSignal("core.paid")).isPresent();
      assertThat(module.findSignal("app.sent")).isPresent();
    }
    assertThat(app.generated().get("app/AppJobs.java"))
        .contains("sent() {")
        .doesNotContain("paid() {");
  }

  @Test
  void aNameOfAnIncludedSignalIsTaken() {
    Compilation.Result core = core();

    Compilation.Result result =
        application("core.CoreJobsModule.class")
            .classPath(core)
            .source("app/Settled.java", signal("app", "Settled", "core.paid"))
            .run();

    assertThat(result.diagnostics())
        .containsExactly(
            "App.java:5:61: error: [JobsDuplicateSignal] The signal 'core.paid' is declared by both"
                + " Settled and Paid. An application declares each signal once. Rename one of"
                + " them.");
  }

  @Test
  void aHandlerAwaitsOnlySignalsOfIncludedModules() {
    Compilation.Result core = core();

    Compilation.Result result =
        Compilation.in(directory)
            .source("app/App.java", module("app", "", false))
            .classPath(core)
            .source("app/Order.java", payload("app", "Order"))
            .source("app/OrderHandler.java", waitingHandler("app"))
            .run();

    assertThat(result.diagnostics())
        .containsExactly(
            "OrderHandler.java:7:44: error: [JobsNotIncluded] OrderHandler awaits Paid, a signal of"
                + " a module that this one does not include. Add includes ="
                + " core.CoreJobsModule.class.");
  }

  @Test
  void aSignalThatIsCompiledAloneLeavesTheModuleWhole() {
    Compilation.Result first =
        Compilation.in(directory)
            .options(Compilation.SHOW_ANNOTATIONS)
            .source("core/Module.java", module("core", "", true))
            .source("core/Paid.java", signal("core", "Paid", "core.paid"))
            .source("core/Mail.java", payload("core", "Mail"))
            .source("core/Line.java", "package core;\n\npublic record Line(String text) {}\n")
            .source(
                "core/Sent.java",
                signal("core", "Sent", "core.sent").replace("String text", "Line line"))
            .run()
            .clean();
    Map<String, String> before = outputs(first);

    Compilation.after(first)
        .options(Compilation.SHOW_ANNOTATIONS)
        .source("core/Paid.java", signal("core", "Paid", "core.paid") + "//\n")
        .run()
        .clean();

    assertThat(outputs(first)).isEqualTo(before);

    Compilation.after(first)
        .options(Compilation.SHOW_ANNOTATIONS)
        .source("core/Line.java", "package core;\n\npublic record Line(int number) {}\n")
        .run()
        .clean();

    assertThat(
            outputs(first).entrySet().stream()
                .filter(file -> !file.getValue().equals(before.get(file.getKey())))
                .map(Map.Entry::getKey))
        .containsExactly("META-INF/tenon/CoreJobs.schemas.json", "core/SentSignal.java");
  }

  /** The generated sources and resources. */
  private static Map<String, String> outputs(Compilation.Result result) {
    Map<String, String> outputs = new TreeMap<>(result.generated());
    Compilation.files(result.classes().resolve("META-INF"))
        .forEach((path, text) -> outputs.put("META-INF/" + path, text));
    return outputs;
  }
}
