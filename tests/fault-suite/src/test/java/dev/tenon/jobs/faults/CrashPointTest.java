package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The names of crash points are text: they must not drift away from the runtime. */
class CrashPointTest {

  @ParameterizedTest
  @EnumSource
  void namesOneMethodOfTheRuntime(CrashPoint point) throws ClassNotFoundException {
    List<Method> methods =
        Arrays.stream(Class.forName(point.className()).getDeclaredMethods())
            .filter(method -> method.getName().equals(point.method()))
            .filter(
                method ->
                    Arrays.stream(method.getParameterTypes())
                        .map(Class::getName)
                        .toList()
                        .equals(point.parameterTypes()))
            .toList();
    assertThat(methods).hasSize(1);
  }
}
