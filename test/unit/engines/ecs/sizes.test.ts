import { expect, test } from 'vitest';
import { fargateSize, SIZES } from '../../../../engines/ecs/sizes.ts';

test.each([
  [
    { cpu: 256, memory: 512 },
    { cpu: 256, memory: 512 },
  ],
  [
    { cpu: 1, memory: 1 },
    { cpu: 256, memory: 512 },
  ],
  [
    { cpu: 256, memory: 513 },
    { cpu: 256, memory: 1024 },
  ],
  // More memory than a quarter of a vCPU can have.
  [
    { cpu: 256, memory: 2049 },
    { cpu: 512, memory: 3072 },
  ],
  [
    { cpu: 256, memory: 8192 },
    { cpu: 1024, memory: 8192 },
  ],
  // More CPU than so little memory can have.
  [
    { cpu: 1000, memory: 512 },
    { cpu: 1024, memory: 2048 },
  ],
  [
    { cpu: 4096, memory: 30_721 },
    { cpu: 8192, memory: 32_768 },
  ],
  [
    { cpu: 8192, memory: 16_385 },
    { cpu: 8192, memory: 20_480 },
  ],
  [
    { cpu: 9000, memory: 100_000 },
    { cpu: 16_384, memory: 106_496 },
  ],
  [
    { cpu: 16_384, memory: 122_880 },
    { cpu: 16_384, memory: 122_880 },
  ],
])('a job of %o gets Fargate of %o', (asked, given) => {
  expect(fargateSize(asked)).toEqual(given);
});

test.each([
  [{ cpu: 20_000, memory: 1024 }, 'the nearest has 16384 and 32768'],
  [{ cpu: 256, memory: 200_000 }, 'the nearest has 16384 and 122880'],
])('a job of %o is refused, and told the nearest size', (asked, words) => {
  expect(() => fargateSize(asked)).toThrow(words);
});

test('on EC2 a task has what was asked', () => {
  const odd = { cpu: 3, memory: 77 };
  expect(SIZES.EC2.fit(odd)).toEqual(odd);
});

test('the size of a size of Fargate is itself', () => {
  const { byDefault, fit, mostMemory } = SIZES.FARGATE;
  for (const cpu of [1, 300, 700, 1500, 3000, 5000, 16_000]) {
    for (let memory = 512; memory <= 65_536; memory *= 2) {
      const size = fit({ cpu, memory });
      expect(fit(size)).toEqual(size);
    }
  }
  expect(fit(byDefault)).toEqual(byDefault);
  expect(mostMemory).toBe(122_880);
});
