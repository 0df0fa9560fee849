import { LoadingRows } from '../../parts/skeletons.tsx';

/** Holds the place of the screen while it is on its way. */
export default function Loading() {
  return <LoadingRows />;
}
