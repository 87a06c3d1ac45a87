package dev.tenon.jobs.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextsTest {

  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  @Test
  void writesAndReadsAContext() {
    SpanContext context =
        SpanContext.createFromRemoteParent(
            "0af7651916cd43dd8448eb211c80319c",
            "b7ad6b7169203331",
            TraceFlags.getSampled(),
            TraceState.getDefault());
    assertThat(TraceContexts.write(context)).isEqualTo(PARENT);
    assertThat(TraceContexts.read(PARENT)).isEqualTo(context);
  }

  @Test
  void keepsTheStateOfVendors() {
    SpanContext context = TraceContexts.read(PARENT + " rojo=1,congo=t61rcWkgMzE");
    assertThat(context.getTraceState().get("congo")).isEqualTo("t61rcWkgMzE");
    assertThat(TraceContexts.write(context)).isEqualTo(PARENT + " rojo=1,congo=t61rcWkgMzE");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "nonsense", "00-00-00-00", " rojo=1"})
  void takesAnythingElseForNone(String text) {
    assertThat(TraceContexts.read(text).isValid()).isFalse();
    assertThat(TraceContexts.write(TraceContexts.read(text))).isNull();
  }
}
