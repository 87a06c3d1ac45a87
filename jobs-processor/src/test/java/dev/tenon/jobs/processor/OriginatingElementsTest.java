package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.Filer;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.Processor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The originating elements of each output, which tell Gradle what to regenerate after a change.
 *
 * @see <a
 *     href="https://docs.gradle.org/current/userguide/java_plugin.html#sec:incremental_annotation_processing">Incremental
 *     annotation processing</a>
 */
class OriginatingElementsTest {

  @TempDir Path directory;

  private final Map<String, Set<String>> perType = new TreeMap<>();
  private final Map<String, Set<String>> perModule = new TreeMap<>();

  @BeforeEach
  void compile() {
    Compilation.in(directory)
        .classPath(TestPath.dagger())
        .onlyProcessors(
            new Recorder(new JobsProcessor(), perType),
            new Recorder(new JobsModuleProcessor(), perModule))
        .sources(Golden.RESOURCES.resolve("good/elsewhere"))
        .run()
        .clean();
  }

  @Test
  void whatIsWrittenPerTypeIsMadeOfItsRecordAlone() {
    assertThat(perType)
        .isEqualTo(
            Map.of(
                "defs.DefsRebuildIndexJob",
                Set.of("defs.Defs.RebuildIndex"),
                "defs.DefsSendMailJob",
                Set.of("defs.Defs.SendMail")));
  }

  @Test
  void whatIsWrittenPerModuleIsMadeOfAllOfIt() {
    Set<String> all = Set.of("defs.Defs", "defs.Defs.RebuildIndex", "defs.Defs.SendMail");
    assertThat(perModule)
        .isEqualTo(
            Map.of(
                "META-INF/native-image/tenon/DefsJobs/reachability-metadata.json",
                all,
                "META-INF/services/dev.tenon.jobs.definition.ModuleDefinition",
                all,
                "META-INF/tenon/DefsJobs.asyncapi.json",
                all,
                "META-INF/tenon/module.index",
                all,
                "META-INF/tenon/DefsJobs.schemas.json",
                all,
                "META-INF/tenon/DefsJobs.module.json",
                all,
                "defs.DefsJobs",
                all,
                "defs.DefsJobsDaggerModule",
                all,
                "defs.DefsJobsModule",
                all));
  }

  /** Runs a processor with a filer that records what it is asked for. */
  private static final class Recorder extends AbstractProcessor {
    private final Processor processor;
    private final Map<String, Set<String>> outputs;

    Recorder(Processor processor, Map<String, Set<String>> outputs) {
      this.processor = processor;
      this.outputs = outputs;
    }

    @Override
    public Set<String> getSupportedAnnotationTypes() {
      return processor.getSupportedAnnotationTypes();
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
      return SourceVersion.latestSupported();
    }

    @Override
    public synchronized void init(ProcessingEnvironment environment) {
      Filer filer =
          intercept(
              Filer.class,
              environment.getFiler(),
              (name, arguments) -> {
                if (name.startsWith("create")) {
                  Element[] sources = (Element[]) arguments[arguments.length - 1];
                  outputs.put(
                      arguments[arguments.length - 2].toString(),
                      Arrays.stream(sources)
                          .map(Element::toString)
                          .collect(Collectors.toCollection(TreeSet::new)));
                }
              });
      processor.init(
          (ProcessingEnvironment)
              Proxy.newProxyInstance(
                  Recorder.class.getClassLoader(),
                  new Class<?>[] {ProcessingEnvironment.class},
                  (proxy, method, arguments) ->
                      method.getName().equals("getFiler")
                          ? filer
                          : method.invoke(environment, arguments)));
    }

    private interface Listener {
      void called(String method, Object[] arguments);
    }

    private static <T> T intercept(Class<T> type, T target, Listener listener) {
      return type.cast(
          Proxy.newProxyInstance(
              Recorder.class.getClassLoader(),
              new Class<?>[] {type},
              (proxy, method, arguments) -> {
                listener.called(method.getName(), arguments);
                try {
                  return method.invoke(target, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              }));
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
      assertThat(processor.process(annotations, round)).isFalse();
      return false;
    }
  }
}
