package dev.tenon.jobs.processor.read;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JavadocTest {

  @Test
  void textIsWithoutMarkup() {
    Javadoc javadoc =
        Javadoc.of(
            """
             A batch of {@link Widget widgets}, made by {@link Foreman#make(int)} of {@code List<X>}
             and {@literal a < b & c}; &lt;b&gt; is <b>bold</b> &amp; more.

             <p>Second {@value #MAX} paragraph.
             <ul>
               <li>one {@linkplain Other#size
               the size}
               <li>two
             </ul>

             <pre>{@code
             @Override x() { y(); }
             }</pre>

             @param name the name,
                 over two lines
             @param <T> a type
             @param none
             @see Other
            """);

    assertThat(javadoc.body())
        .hasValue(
            """
            A batch of widgets, made by Foreman.make(int) of List<X> and a < b & c; <b> is bold & more.

            Second MAX paragraph.

            one the size two

            @Override x() { y(); }""");
    assertThat(javadoc.parameter("name")).hasValue("the name, over two lines");
    assertThat(javadoc.parameter("none")).hasValue("");
    assertThat(javadoc.parameter("other")).isEmpty();
  }

  @Test
  void noCommentSaysNothing() {
    assertThat(Javadoc.of(null).body()).hasValue("");
    assertThat(Javadoc.of(" {@code unclosed\n").body()).hasValue("{@code unclosed");
  }
}
