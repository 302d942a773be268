import { describe, expect, test } from 'vitest'
import { addressesOf, commandOf } from '../../../server/src/deployment/platforms/container-command.ts'
import { containerOf, isServerImage, pathsInContainer, readContainers } from '../../../server/src/deployment/platforms/containers.ts'
import { readDockerfile, rootImage, workingFolder } from '../../../server/src/deployment/platforms/dockerfile.ts'
import { type MemoryFiles, memorySnapshot } from '../memory-snapshot.ts'

const dockerfile = (text: string) => readDockerfile(memorySnapshot({ '/w/Dockerfile': text }).snapshot, '/w/Dockerfile')

describe('a Dockerfile', () => {
  test('stages and what they are made of', () => {
    const file = dockerfile('ARG VERSION=3.12\nFROM python:${VERSION}-slim AS base\nWORKDIR /srv\nWORKDIR app\nFROM base\nRUN true\n')
    const last = file?.stages.at(-1)
    expect(file && last && rootImage(file, last)).toBe('python:3.12-slim')
    expect(workingFolder(file?.stages[0]?.instructions ?? [])).toBe('/srv/app')
  })
  test('continued lines, comments between them, and the words with their places', () => {
    const text = 'FROM x\nRUN a \\\n# why\n  b\nCMD ["gunicorn", "-b", ":8000"]\n'
    const all = dockerfile(text)?.stages[0]?.instructions ?? []
    expect(all.map((each) => each.name)).toEqual(['RUN', 'CMD'])
    expect(all[1]?.words.map((word) => text.slice(word.start, word.end))).toEqual(['gunicorn', '-b', ':8000'])
  })
  test('a document in a line is part of it', () => {
    expect(dockerfile('FROM x\nRUN <<EOF\nFROM nothing\nEOF\nUSER a\n')?.stages.map((each) => each.instructions.map((one) => one.name))).toEqual([
      ['RUN', 'USER'],
    ])
  })
  test.each(['', 'FROM', '\0', 'CMD [', 'RUN \\', 'COPY <<X', 'FROM $A'])('bad input: %j', (text) => expect(() => dockerfile(text)).not.toThrow())
})

const setupOf = (files: MemoryFiles) => {
  const { snapshot } = memorySnapshot(files)
  return { snapshot, setup: readContainers(snapshot, Object.keys(files)) }
}

describe('a service', () => {
  const service = (yaml: string, more: MemoryFiles = {}, name = 'web') => {
    const { snapshot, setup } = setupOf({ '/w/docker-compose.yml': yaml, ...more })
    const compose = setup.compose[0]
    const found = compose?.services.find((each) => each.name === name)
    if (!compose || !found) throw new Error('no such service')
    return { container: containerOf(setup, compose, found), setup, snapshot }
  }
  const listens = (yaml: string, more: MemoryFiles = {}) => {
    const { container, setup, snapshot } = service(yaml, more)
    const command = commandOf(container, setup, snapshot)
    return command && addressesOf(command, container, setup, snapshot)?.map((each) => `${each.protocol} ${each.host}:${each.port}`)
  }

  test('names, ports, mounts and networks', () => {
    const { container } = service(
      'services:\n  web:\n    image: x\n    container_name: app\n    ports: ["80:8000", "127.0.0.1:81:9000/tcp"]\n    volumes:\n      - static:/srv/static/:ro\n      - ./a:/b\n      - /anon\n      - type: bind\n        source: ../c\n        target: /d\n    networks:\n      back:\n        aliases: [api]\n',
    )
    expect(container.service.names).toEqual(['web', 'app', 'api'])
    expect(container.service.ports.map((each) => each.container)).toEqual([8000, 9000])
    expect(container.service.networks).toEqual(['back'])
    expect(container.service.mounts.map((each) => [each.source, each.target])).toEqual([
      [{ kind: 'volume', name: 'static' }, '/srv/static'],
      [{ kind: 'path', path: '/w/a' }, '/b'],
      [{ kind: 'unknown' }, '/anon'],
      [{ kind: 'path', path: '/c' }, '/d'],
    ])
  })

  test.each([
    ['a command', 'services:\n  web:\n    image: x\n    command: gunicorn -b 0.0.0.0:9000 a.wsgi\n', ['http :9000']],
    ['a list', 'services:\n  web:\n    image: x\n    command: [uvicorn, --host, 127.0.0.1, --port, "80", a.asgi]\n', ['http 127.0.0.1:80']],
    ['a shell', 'services:\n  web:\n    image: x\n    command: sh -c "python manage.py migrate && gunicorn a.wsgi --bind :8001"\n', ['http :8001']],
    ['uwsgi', 'services:\n  web:\n    image: x\n    command: uwsgi --socket :3031 --http-socket :8080 --module a\n', ['http :8080', 'uwsgi :3031']],
    ['nothing said', 'services:\n  web:\n    image: x\n    command: gunicorn a.wsgi\n', ['http 127.0.0.1:8000']],
    ['a variable', 'services:\n  web:\n    image: x\n    command: gunicorn -b :$$PORT a.wsgi\n', undefined],
    ['another program', 'services:\n  web:\n    image: x\n    command: celery worker\n', undefined],
  ])('listens as %s says', (_, yaml, wanted) => expect(listens(yaml)).toEqual(wanted))

  const build = 'services:\n  web:\n    build: .\n'
  test('as its image says', () => expect(listens(build, { '/w/Dockerfile': 'FROM x\nCMD ["gunicorn", "-b", ":7000", "a"]\n' })).toEqual(['http :7000']))
  test('as the script of its image says', () =>
    expect(listens(build, { '/w/Dockerfile': 'FROM x\nENTRYPOINT ["/app/run.sh"]\n', '/w/run.sh': '#!/bin/sh\nexec gunicorn -b :7001 a\n' })).toEqual([
      'http :7001',
    ]))
  test('as image and command say together', () =>
    expect(listens(build, { '/w/Dockerfile': 'FROM x\nENTRYPOINT ["gunicorn"]\nCMD ["-b", "0.0.0.0:7005", "a.wsgi"]\n' })).toEqual(['http :7005']))
  test('a script that hands on to the command', () =>
    expect(listens(build, { '/w/Dockerfile': 'FROM x\nENTRYPOINT ["/app/run.sh"]\nCMD gunicorn -b :7002 a\n', '/w/run.sh': 'exec "$@"\n' })).toEqual([
      'http :7002',
    ]))
  test("as gunicorn's own file says", () =>
    expect(listens(build, { '/w/Dockerfile': 'FROM x\nCMD ["gunicorn", "a.wsgi"]\n', '/w/gunicorn.conf.py': 'bind = ":7003"\n' })).toEqual(['http :7003']))
  test('a port from the environment is not known', () =>
    expect(listens(build, { '/w/Dockerfile': 'FROM x\nENV PORT=7004\nCMD ["gunicorn", "a.wsgi"]\n' })).toBeUndefined())

  test('where files lie in it', () => {
    const files = { '/w/Dockerfile': 'FROM x\nWORKDIR /app\nCOPY . .\nCOPY nginx/site.conf /etc/nginx/conf.d/\n', '/w/nginx/site.conf': '', '/w/manage.py': '' }
    const { container, setup } = service(`${build}    volumes:\n      - ./nginx:/conf\n`, files)
    expect(pathsInContainer(container, '/w/nginx/site.conf', setup.files)).toEqual(['/conf/site.conf', '/app/nginx/site.conf', '/etc/nginx/conf.d/site.conf'])
  })

  test.each([
    ['nginx', true],
    ['nginx:1.25-alpine', true],
    ['docker.io/library/nginx:${TAG:-latest}', true],
    ['nginxinc/nginx-unprivileged:1.27', true],
    ['jwilder/nginx-proxy', false],
    ['example/nginx', false],
  ])('%s is the image of nginx: %s', (image, wanted) => {
    expect(isServerImage(service(`services:\n  web:\n    image: ${image}\n`).container, 'nginx')).toBe(wanted)
  })

  test.each([
    'services:',
    'services: []',
    'services:\n  web:',
    'services:\n  web: x',
    'services:\n  web:\n    volumes: {}\n    ports: x\n    build: []\n    command: {}\n',
  ])('bad input: %j', (text) => expect(() => setupOf({ '/w/compose.yaml': text })).not.toThrow())
})
