package org.ppo4j.agent.tensorboard;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.ppo4j.agent.run.RunFolder;

/** Reads back event files. */
public final class Events {
  private Events() {}

  /** Returns the scalars of a run's event file in order, as {@code step tag value}. */
  public static List<String> scalars(RunFolder folder) throws IOException {
    List<String> scalars = new ArrayList<>();
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(folder.eventFile().orElseThrow()))
            .order(ByteOrder.LITTLE_ENDIAN);
    while (file.hasRemaining()) {
      byte[] data = new byte[Math.toIntExact(file.getLong())];
      file.getInt();
      file.get(data);
      file.getInt();
      event(CodedInputStream.newInstance(data), scalars);
    }
    return scalars;
  }

  private static void event(CodedInputStream event, List<String> scalars) throws IOException {
    long step = 0;
    for (int tag = event.readTag(); tag != 0; tag = event.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 2 -> step = event.readInt64();
        case 5 -> {
          event.readRawVarint32(); // the summary's length
          event.readTag();
          event.readRawVarint32(); // its one value's
          event.readTag();
          String name = event.readString();
          if (WireFormat.getTagFieldNumber(event.readTag()) != 2) {
            return; // hyperparameters
          }
          scalars.add(step + " " + name + " " + event.readFloat());
        }
        default -> event.skipField(tag);
      }
    }
  }
}
