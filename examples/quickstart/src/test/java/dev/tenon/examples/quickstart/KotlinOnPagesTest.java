package dev.tenon.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.NotBlank;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.kotlin.cli.common.ExitCode;
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Kotlin on the pages compiles, together with the record of the template. Builds with Gradle
 * are in Kotlin, too: {@link GradleOnPagesTest} checks them.
 */
class KotlinOnPagesTest {

  private static final String BEGINNING =
      """
      package com.example.app
      import dev.tenon.jobs.*
      import dev.tenon.jobs.annotation.*

      """;

  private static final Path RECORD =
      Document.ROOT.resolve(
          "build/templates/my-app/src/main/java/com/example/app/GreetingWrite.java");

  @Test
  void itCompiles(@TempDir Path folder) throws Exception {
    List<String> blocks =
        Document.all()
            .flatMap(page -> page.blocks("kotlin"))
            .filter(block -> !GradleOnPagesTest.isBuild(block))
            .toList();
    assertThat(blocks).isNotEmpty();

    for (int i = 0; i < blocks.size(); i++) {
      assertThat(compile(blocks.get(i), Files.createDirectory(folder.resolve("block" + i))))
          .as(blocks.get(i))
          .isEmpty();
    }
  }

  @Test
  void aMistakeIsFound(@TempDir Path folder) throws Exception {
    assertThat(compile("class Wrong : JobHandler<GreetingWrite, String>", folder))
        .contains("execute");
  }

  /** Returns what the compiler says; nothing if all is well. */
  private static String compile(String block, Path folder)
      throws IOException, ReflectiveOperationException, URISyntaxException {
    Path source = Files.writeString(folder.resolve("Block.kt"), BEGINNING + block + "\n");
    List<String> classPath = new ArrayList<>();
    for (Class<?> each :
        List.of(JobContext.class, JobType.class, NotBlank.class, Class.forName("kotlin.Unit"))) {
      classPath.add(
          Path.of(each.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    ExitCode code =
        new K2JVMCompiler()
            .exec(
                new PrintStream(said, true, StandardCharsets.UTF_8),
                "-no-stdlib",
                "-no-reflect",
                "-Werror",
                "-jvm-target",
                "17",
                "-classpath",
                String.join(File.pathSeparator, classPath),
                "-d",
                folder.resolve("classes").toString(),
                source.toString(),
                RECORD.toString());
    String output = said.toString(StandardCharsets.UTF_8);
    return code == ExitCode.OK ? "" : code + ": " + output;
  }
}
