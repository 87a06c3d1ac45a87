package dev.tenon.examples.plm.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the reader finds, and that it notices what is wrong. */
class MeshTest {

  private static final Mesh.Point O = new Mesh.Point(0, 0, 0);
  private static final Mesh.Point X = new Mesh.Point(1, 0, 0);
  private static final Mesh.Point Y = new Mesh.Point(0, 1, 0);
  private static final Mesh.Point Z = new Mesh.Point(0, 0, 1);

  @TempDir private Path folder;

  @Test
  void aTetrahedronIsClosed() {
    Mesh mesh = tetrahedron(true).build();

    assertThat(mesh.isClosed()).isTrue();
    assertThat(mesh.volume()).isCloseTo(1.0 / 6, within(1e-9));
  }

  @Test
  void aSideThatIsMissingOrTurnedAroundIsNoticed() {
    assertThat(tetrahedron(false).build().isClosed()).isFalse();
    Mesh.Builder turned = tetrahedron(false);
    turned.add(X, Z, Y);
    assertThat(turned.build().isClosed()).isFalse();
    assertThat(new Mesh.Builder().build().isClosed()).isFalse();
  }

  @Test
  void filesThatAreCutOffAreRefused() throws IOException {
    byte[] oneTriangle = new byte[84 + 30];
    oneTriangle[80] = 1;
    Path stl = Files.write(folder.resolve("a.stl"), oneTriangle);
    assertThatThrownBy(() -> Mesh.readStl(stl)).isInstanceOf(IOException.class);
    Path glb = Files.writeString(folder.resolve("a.glb"), "glTF and then something else");
    assertThatThrownBy(() -> GlbReader.read(glb))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not glTF 2");
  }

  private static Mesh.Builder tetrahedron(boolean whole) {
    Mesh.Builder mesh = new Mesh.Builder();
    mesh.add(O, Y, X);
    mesh.add(O, X, Z);
    mesh.add(O, Z, Y);
    if (whole) {
      mesh.add(X, Y, Z);
    }
    return mesh;
  }
}
