'use client';

/** Shown when not even the frame of the pages could be made, so it can rely on nothing. */
export default function GlobalError() {
  return (
    <html lang="en">
      <body>
        <h1>The exchange does not answer</h1>
        <p>Your money and cards are not affected. Load the page again in a moment.</p>
      </body>
    </html>
  );
}
