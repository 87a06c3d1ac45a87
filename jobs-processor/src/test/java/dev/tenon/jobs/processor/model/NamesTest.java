package dev.tenon.jobs.processor.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.palantir.javapoet.ClassName;
import org.junit.jupiter.api.Test;

class NamesTest {

  @Test
  void definitionsCarryTheClassesAroundThePayload() {
    assertThat(Names.definition(ClassName.get("shop", "Outer", "Widget")).canonicalName())
        .isEqualTo("shop.OuterWidgetJob");
  }

  @Test
  void methodsAndLabelsFollowTheType() {
    assertThat(Names.methodSuffix("widget.process-all_now.v2")).isEqualTo("WidgetProcessAllNowV2");
    assertThat(Names.label("widget.process-all")).isEqualTo("Widget process all");
  }

  @Test
  void modulesFollowTheLastPackage() {
    assertThat(Names.module("com.example.widgets")).isEqualTo("WidgetsJobs");
    assertThat(Names.module("com.example.my_widgets")).isEqualTo("MyWidgetsJobs");
    assertThat(Names.module("")).isEqualTo("Jobs");
  }

  @Test
  void variablesStartSmall() {
    assertThat(Names.variable("WidgetHandler")).isEqualTo("widgetHandler");
    assertThat(Names.variable("HTTPHandler")).isEqualTo("httpHandler");
    assertThat(Names.variable("URL")).isEqualTo("url");
    assertThat(Names.variable("Default")).isEqualTo("defaultValue");
    assertThat(Names.variable("lower")).isEqualTo("lower");
  }

  @Test
  void constantsAreUpperCase() {
    assertThat(Names.constant("maxSizePattern")).isEqualTo("MAX_SIZE_PATTERN");
  }
}
