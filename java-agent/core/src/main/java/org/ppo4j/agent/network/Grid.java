package org.ppo4j.agent.network;

/**
 * Where the numbers of an image are in an array: that of a channel of a pixel at {@code y *
 * rowStride + x * pixelStride + channel * channelStride}.
 */
record Grid(
    int height, int width, int channels, int rowStride, int pixelStride, int channelStride) {

  /** Returns an image whose pixels follow each other, each with {@code pixelStride} numbers. */
  static Grid channelsLast(int height, int width, int channels, int pixelStride) {
    return new Grid(
        height, width, channels, Math.multiplyExact(width, pixelStride), pixelStride, 1);
  }

  /** Returns an image whose channels follow each other. */
  static Grid channelsFirst(int height, int width, int channels) {
    return new Grid(height, width, channels, width, 1, Math.multiplyExact(height, width));
  }

  int at(int y, int x, int channel) {
    return y * rowStride + x * pixelStride + channel * channelStride;
  }

  /** Returns the length of the array. */
  int length() {
    return channelStride == 1
        ? Math.multiplyExact(height, rowStride)
        : Math.multiplyExact(channels, channelStride);
  }
}
