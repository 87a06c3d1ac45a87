package dev.tenon.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The quickstart page shows what the compiler says of a misspelt job type; this is what it says.
 */
class MisspeltTypeTest {

  @Test
  void isShownOnThePage(@TempDir Path folder) throws IOException {
    Mistake misspelt =
        new Mistake(
            "A misspelled type",
            "WidgetBatchHandler",
            "@JobType(\"widget.process",
            "@JobType(\"widget.proces");
    List<String> shown =
        new Document(Document.QUICKSTART)
            .blocks("text")
            .filter(block -> block.contains("WidgetBatchHandler.java"))
            .toList();
    assertThat(shown).hasSize(1);
    assertThat(QuickstartCompiler.compile(misspelt, folder)).isEqualTo(shown.get(0));
  }
}
