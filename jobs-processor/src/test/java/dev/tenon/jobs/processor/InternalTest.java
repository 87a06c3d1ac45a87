package dev.tenon.jobs.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.Filer;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.Processor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A failure of the processors themselves is one error that asks for a bug report. */
class InternalTest {

  private static final String RULE =
      "[JobsInternal] Tenon's annotation processor failed on %s. This is a bug; please report it"
          + " with the following details. java.lang.IllegalStateException: out of order%n  \tat ";

  @TempDir Path directory;

  @Test
  void aFailureOnATypeIsReportedOnItAndOthersContinue() {
    Compilation.Result result =
        shop().onlyProcessors(new Failing(new JobsProcessor(), "shop.ImportJob")).run();

    assertThat(result.diagnostics()).hasSize(1);
    assertThat(result.diagnostics().get(0))
        .startsWith("Import.java:6:1: error: " + RULE.formatted("shop.Import"));
    assertThat(result.success()).isFalse();
    assertThat(result.generated()).containsKey("shop/OtherJob.java");
  }

  @Test
  void aFailureOnTheModuleIsReportedOnItsFirstType() {
    Compilation.Result result =
        shop()
            .onlyProcessors(
                new JobsProcessor(), new Failing(new JobsModuleProcessor(), "shop.ShopJobs"))
            .run();

    assertThat(result.diagnostics()).hasSize(1);
    assertThat(result.diagnostics().get(0))
        .startsWith("Import.java:6:1: error: " + RULE.formatted("the module"));
  }

  private Compilation shop() {
    return Compilation.in(directory)
        .sources(Golden.RESOURCES.resolve("bad/JobsDuplicateHandler/right"));
  }

  /** A processor whose environment fails when a certain class is generated. */
  private static final class Failing extends AbstractProcessor {
    private final Processor processor;
    private final String name;

    Failing(Processor processor, String name) {
      this.processor = processor;
      this.name = name;
    }

    @Override
    public Set<String> getSupportedAnnotationTypes() {
      return processor.getSupportedAnnotationTypes();
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
      return processor.getSupportedSourceVersion();
    }

    @Override
    public synchronized void init(ProcessingEnvironment environment) {
      super.init(environment);
      Filer filer =
          proxy(
              Filer.class,
              (self, method, arguments) -> {
                if (method.getName().equals("createSourceFile") && arguments[0].equals(name)) {
                  throw new IllegalStateException("out of order");
                }
                return pass(environment.getFiler(), method, arguments);
              });
      processor.init(
          proxy(
              ProcessingEnvironment.class,
              (self, method, arguments) ->
                  method.getName().equals("getFiler")
                      ? filer
                      : pass(environment, method, arguments)));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
      return type.cast(
          Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object pass(Object target, java.lang.reflect.Method method, Object[] arguments)
        throws Throwable {
      try {
        return method.invoke(target, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
      boolean unused = processor.process(annotations, round);
      return false;
    }
  }
}
