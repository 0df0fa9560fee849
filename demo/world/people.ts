import { pick, type Random } from '../market/random.ts';

/** Somebody who lives in a made-up world. */
export interface WorldPerson {
  handle: string;
  displayName: string;
  email: string;
  bio: string;
}

const FIRST =
  `Abel Adaeze Aiko Alba Amara Anders Anouk Arjun Astrid Bao Bea Camila Cato Chidi Clara Dario Deniz Dina Elif Elio
  Emre Esme Farah Femi Freya Gael Gita Hana Hugo Ida Ines Ivo Jonas Juno Kai Kaya Keiko Kofi Lale Lars Leila Lena Lior Luca Mae
  Malik Mara Mateo Mika Milo Nadia Nia Nils Noa Odile Olu Oskar Paz Petra Priya Quinn Rafa Rania Remy Rosa Saku Selma Sven Tala
  Tariq Teo Tilda Uma Vera Wanda Xenia Yara Yusuf Zadie Zeno`.split(/\s+/);
const LAST =
  `Abara Albrecht Aziz Bakker Balogun Baptiste Berg Castell Chandra Cho Costa Dahl Danso Demir Dubois Ekman Engel
  Eriksen Fall Farkas Ferro Fontaine Garcia Gupta Haas Haddad Hansen Horvat Ito Ivanova Jansen Kaplan Karimi Kimura Klein Kovac
  Laine Lind Lopez Marchetti Mensah Moreau Mori Nakata Navarro Novak Nwosu Okoye Olsen Ortega Osei Park Patel Pereira Petit
  Quist Rahman Ramos Reyes Rossi Sato Schmid Serra Silva Singh Sorel Suzuki Takeda Tanaka Toure Valdez Vargas Vidal Weber Wolf
  Yamada Yilmaz Zhou Zimmer Zulu`.split(/\s+/);
const BIOS = [
  'Collects one of everything, slowly.',
  'Here for the low serials.',
  'Buys on Sundays, regrets on Mondays.',
  'Sets complete or not at all.',
  'Trades fair and answers fast.',
  'Once paid too much for a common. Would again.',
  'Watches ten auctions, wins one.',
  'Keeps what others overlook.',
];

/** Makes people up; handles and addresses are unique. There are 6,400 names. */
export function makePeople(random: Random, count: number): WorldPerson[] {
  const names = FIRST.length * LAST.length;
  if (count > names) throw new RangeError(`there are names for ${names} people`);
  // Coprime to the number of names, so that each one comes once.
  const stride = 1_847;
  const start = Math.floor(random() * names);
  return Array.from({ length: count }, (_, i) => {
    const at = (start + i * stride) % names;
    const [first, last] = [FIRST[at % FIRST.length]!, LAST[Math.floor(at / FIRST.length)]!];
    const handle = `${first}_${last}`.toLowerCase();
    return {
      handle,
      displayName: `${first} ${last}`,
      email: `${handle}@world.ece.example`,
      bio: pick(random, BIOS),
    };
  });
}
