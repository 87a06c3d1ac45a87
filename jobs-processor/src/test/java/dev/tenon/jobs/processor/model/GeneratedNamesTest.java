package dev.tenon.jobs.processor.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.definition.JobDefinition;
import org.junit.jupiter.api.Test;

class GeneratedNamesTest {

  @Test
  void definitionsCarryTheClassesAroundThePayload() {
    assertThat(GeneratedNames.definition(ClassName.get("shop", "Outer", "Widget")).canonicalName())
        .isEqualTo("shop.OuterWidgetJob");
  }

  @Test
  void accessorsFollowTheRecord() {
    assertThat(GeneratedNames.accessor(ClassName.get("shop", "WidgetBatch")))
        .isEqualTo("widgetBatch");
    assertThat(GeneratedNames.accessor(ClassName.get("shop", "Outer", "Widget")))
        .isEqualTo("outerWidget");
    assertThat(GeneratedNames.accessor(ClassName.get("shop", "Import"))).isEqualTo("importJobs");
    assertThat(GeneratedNames.accessor(ClassName.get("shop", "Notify"))).isEqualTo("notifyJobs");
  }

  @Test
  void signalsFollowTheRecord() {
    assertThat(GeneratedNames.signal(ClassName.get("shop", "Outer", "Paid")).canonicalName())
        .isEqualTo("shop.OuterPaidSignal");
    assertThat(GeneratedNames.signalAccessor(ClassName.get("shop", "Outer", "Paid")))
        .isEqualTo("outerPaid");
    assertThat(GeneratedNames.signalAccessor(ClassName.get("shop", "Continue")))
        .isEqualTo("continueSignals");
  }

  @Test
  void labelsFollowTheType() {
    assertThat(GeneratedNames.label("widget.process-all")).isEqualTo("Widget process all");
  }

  @Test
  void routingKeysAreThoseOfTheRuntime() {
    assertThat(GeneratedNames.routingKey("widget.process"))
        .isEqualTo(JobDefinition.defaultRoutingKey("widget.process"));
  }

  @Test
  void queuesFollowThePackageAndTheNameOfTheModule() {
    assertThat(GeneratedNames.queue(ClassName.get("com.example.plm", "PlmJobs")))
        .isEqualTo("jobs.com.example.plm.PlmJobs");
    assertThat(GeneratedNames.queue(ClassName.get("", "PlmJobs"))).isEqualTo("jobs.PlmJobs");
  }

  @Test
  void modulesFollowTheLastPackage() {
    assertThat(GeneratedNames.module("com.example.widgets")).isEqualTo("WidgetsJobs");
    assertThat(GeneratedNames.module("com.example.my_widgets")).isEqualTo("MyWidgetsJobs");
    assertThat(GeneratedNames.module("")).isEqualTo("Jobs");
  }

  @Test
  void variablesStartSmall() {
    assertThat(GeneratedNames.variable("WidgetHandler")).isEqualTo("widgetHandler");
    assertThat(GeneratedNames.variable("HTTPHandler")).isEqualTo("httpHandler");
    assertThat(GeneratedNames.variable("URL")).isEqualTo("url");
    assertThat(GeneratedNames.variable("Default")).isEqualTo("defaultValue");
    assertThat(GeneratedNames.variable("lower")).isEqualTo("lower");
  }

  @Test
  void constantsAreUpperCase() {
    assertThat(GeneratedNames.constant("maxSizePattern")).isEqualTo("MAX_SIZE_PATTERN");
  }
}
