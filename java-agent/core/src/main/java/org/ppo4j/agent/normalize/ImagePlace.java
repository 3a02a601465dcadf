package org.ppo4j.agent.normalize;

import java.util.ArrayList;
import java.util.List;
import org.ppo4j.agent.network.ImageInput;
import org.ppo4j.env.Space;

/**
 * Where an image is in an observation.
 *
 * @param image the image
 * @param from its first number in the observation
 */
record ImagePlace(ImageInput image, int from) {

  /** Returns the places of {@code images}, which are leaves of {@code space} in that order. */
  static List<ImagePlace> of(Space space, List<ImageInput> images) {
    List<ImagePlace> places = new ArrayList<>();
    int from = 0;
    for (Space leaf : space.leaves()) {
      int next = places.size();
      if (next < images.size() && images.get(next).fits(leaf)) {
        places.add(new ImagePlace(images.get(next), from));
      }
      from += leaf.size();
    }
    if (places.size() < images.size()) {
      throw new IllegalArgumentException(
          "the networks take %d images, but observations of %s have only %d of them"
              .formatted(images.size(), space, places.size()));
    }
    return places;
  }
}
